"""Mutant: writes the list alone.
Misconception: the list is the history.
Killed by: test_files, test_history_is_consistent
Hint: history
"""

def run(profile: str, device: Any, out_dir: str) -> None:
    start, seed, out = time.perf_counter(), 6, Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    data = load_profile(profile)
    torch.manual_seed(seed)
    model = build_model(10, (1, *data.images.shape[1:]))
    loaders = make_loaders(data.images, data.labels, data.split, data.batch_size, seed)
    result = fit(model, loaders, epochs=data.epochs, seed=seed, device=device)
    torch.save({name: value.cpu() for name, value in model.state_dict().items()}, out / "model.pt")
    record = result.history
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
