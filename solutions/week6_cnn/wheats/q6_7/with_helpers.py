"""Wheat: a helper that writes, a device object, and the device as the weights tell it."""

def write(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)


def run(profile, device, out_dir):
    import os

    began = time.time()
    os.makedirs(out_dir, exist_ok=True)
    data = load_profile(profile)
    height, width = data.images.shape[1], data.images.shape[2]
    torch.manual_seed(123)
    net = build_model(in_shape=(1, height, width))
    loaders = make_loaders(data.images, data.labels, data.split, data.batch_size, 123)
    best, history = None, None
    outcome = fit(net, loaders, epochs=data.epochs, seed=123, device=torch.device(device))
    history, best = list(outcome.history), int(outcome.best_epoch)
    place = next(net.parameters()).device
    net.to("cpu")
    torch.save(net.state_dict(), os.path.join(out_dir, "model.pt"))
    write(os.path.join(out_dir, "history.json"), {"history": history, "best_epoch": best})
    write(
        os.path.join(out_dir, "env.json"),
        {"device": str(place), "torch": str(torch.__version__), "seed": 123,
         "seconds": time.time() - began, "peak_memory_mb": 0},
    )
