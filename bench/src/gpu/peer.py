"""Training steps of PyTorch on a GPU, for run-bench of scripts/gpu-bundle.

    python3 peer.py NET PRECISION MODE FILE

NET is LeNet5, ResNet20 or ResNet50, as in the standard library; PRECISION tf32 or bf16; MODE eager or compiled; FILE the
weights of ours as safetensors of float32 in the order of the net, then a batch, then its classes. Prints a line when it is
warm, and one with the losses of the first steps; then, for each line with a number of steps that it reads, the milliseconds
of a step. Each step is waited for, as each of ours is. Ends with status 4 where PyTorch is not installed.
"""
import json
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit(4)  # says that there is no peer


def conv_bn(channels, out, kernel, stride=1):
    return nn.Sequential(
        nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(out))


class Residual(nn.Module):
    def __init__(self, body, shortcut):
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


class Subsample(nn.Module):
    """Every second row and column, and channels of zeros: a shortcut without parameters."""

    def __init__(self, more):
        super().__init__()
        self.more = more

    def forward(self, x):
        return nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, self.more))


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10))


def resnet20():
    layers = [conv_bn(3, 16, 3), nn.ReLU()]
    channels = 16
    for out in (16, 32, 64):
        for i in range(3):
            stride = 2 if out > channels else 1
            body = nn.Sequential(conv_bn(channels, out, 3, stride), nn.ReLU(), conv_bn(out, out, 3))
            layers.append(Residual(body, Subsample(out - channels) if stride == 2 else nn.Identity()))
            channels = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def resnet50():
    layers = [conv_bn(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for width, count in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for i in range(count):
            stride = 2 if i == 0 and width > 64 else 1
            body = nn.Sequential(
                conv_bn(channels, width, 1), nn.ReLU(), conv_bn(width, width, 3, stride), nn.ReLU(),
                conv_bn(width, 4 * width, 1))
            shortcut = conv_bn(channels, 4 * width, 1, stride) if i == 0 else nn.Identity()
            layers.append(Residual(body, shortcut))
            channels = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000))


NETS = {"LeNet5": lenet5, "ResNet20": resnet20, "ResNet50": resnet50}


def read(path):
    """The tensors of a file, in the order of their bytes."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        data = bytearray(file.read())
    header.pop("__metadata__", None)
    tensors = []
    for entry in sorted(header.values(), key=lambda e: e["data_offsets"]):
        first, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=torch.float32, offset=first, count=(end - first) // 4)
        tensors.append(flat.reshape(entry["shape"]))
    return tensors


def load(net, values):
    own = [p for name, p in net.state_dict().items() if not name.endswith("num_batches_tracked")]
    if [p.shape for p in own] != [v.shape for v in values]:
        sys.exit("peer.py: PyTorch's net has other weights than ours")
    for p, v in zip(own, values):
        p.copy_(v)


def main():
    name, precision, mode, file = sys.argv[1:]
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cuda.matmul.allow_tf32 = True
    *weights, x, y = read(file)
    device = torch.device("cuda")
    net = NETS[name]()
    load(net, weights)
    net = net.to(device).train()
    x = x.to(device)
    y = y.to(device, torch.int64)
    if name != "LeNet5":  # its convolutions are too small for tensor cores
        net = net.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-3, momentum=0.9, weight_decay=1e-4, fused=True)

    def step():
        with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bf16"):
            loss = nn.functional.cross_entropy(net(x), y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        torch.cuda.synchronize()
        return loss

    if mode == "compiled":
        net = torch.compile(net, mode="max-autotune")
    losses = [step().item() for _ in range(3)]
    for _ in range(20):
        step()
    print("PyTorch", torch.__version__, "cuDNN", torch.backends.cudnn.version(), mode, flush=True)
    print(*losses, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            step()
        print(1000 * (time.perf_counter() - start) / int(line), flush=True)


main()
