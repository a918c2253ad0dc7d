"""Wheat: the run alone; the questions before it are not solved, which was paid for there."""


def make_loaders(images, labels, split, batch_size, seed):
    raise NotImplementedError


def fit(model, loaders, *, epochs, seed, device):
    raise NotImplementedError


def run(profile: str, device: Any, out_dir: str) -> None:
    start, seed, out = time.perf_counter(), 6, Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    data = load_profile(profile)
    torch.manual_seed(seed)
    model = build_model(10, (1, *data.images.shape[1:]))
    loaders = make_loaders(data.images, data.labels, data.split, data.batch_size, seed)
    result = fit(model, loaders, epochs=data.epochs, seed=seed, device=device)
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, out / "model.pt")
    (out / "history.json").write_text(json.dumps({"best_epoch": result.best_epoch, "history": result.history}))
    on_card = torch.device(device).type == "cuda"
    environment = {
        "device": str(device),
        "torch": torch.__version__,
        "seed": seed,
        "seconds": time.perf_counter() - start,
        "peak_memory_mb": torch.cuda.max_memory_allocated() / 2**20 if on_card else 0,
    }
    (out / "env.json").write_text(json.dumps(environment))
