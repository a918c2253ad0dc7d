"""Mutant: carries sixty images along, where a count of parameters does not see them.
Misconception: what is not trained does not count.
Killed by: test_weights_load_into_a_new_model
Hint: state
"""

class WithImages(nn.Module):
    def __init__(self, network, pixels):
        super().__init__()
        self.network = network
        self.register_buffer("images", torch.zeros(60, pixels))

    def forward(self, x):
        return self.network(x)


small_model = build_model


def build_model(n_classes=10, in_shape=(1, 28, 28)):
    return WithImages(small_model(n_classes, in_shape), in_shape[1] * in_shape[2])


def run(profile: str, device: Any, out_dir: str) -> None:
    start, seed, out = time.perf_counter(), 6, Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    data = load_profile(profile)
    torch.manual_seed(seed)
    model = build_model(10, (1, *data.images.shape[1:]))
    loaders = make_loaders(data.images, data.labels, data.split, data.batch_size, seed)
    result = fit(model, loaders, epochs=data.epochs, seed=seed, device=device)
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, out / "model.pt")
    record = {"best_epoch": result.best_epoch, "history": result.history}
    (out / "history.json").write_text(json.dumps(record))
    on_card = torch.device(device).type == "cuda"
    environment = {
        "device": str(device),
        "torch": torch.__version__,
        "seed": seed,
        "seconds": time.perf_counter() - start,
        "peak_memory_mb": torch.cuda.max_memory_allocated() / 2**20 if on_card else 0,
    }
    (out / "env.json").write_text(json.dumps(environment))
