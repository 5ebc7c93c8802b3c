"""Training steps of PyTorch on a GPU, for run-bench of scripts/gpu-bundle.

    python3 peer.py NET BATCH PRECISION MODE

NET is LeNet5, ResNet20 or ResNet50, as in the standard library; PRECISION tf32 or bf16; MODE eager or compiled.
Prints a line when it is warm; then, for each line with a number of steps that it reads, the milliseconds of a step.
"""
import sys
import time

import torch
from torch import nn


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


NETS = {
    "LeNet5": (lenet5, (1, 28, 28), 10),
    "ResNet20": (resnet20, (3, 32, 32), 10),
    "ResNet50": (resnet50, (3, 224, 224), 1000),
}


def main():
    name, batch, precision, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cuda.matmul.allow_tf32 = True
    make, shape, classes = NETS[name]
    device = torch.device("cuda")
    net = make().to(device).train()
    x = torch.randn(batch, *shape, device=device)
    y = torch.randint(classes, (batch,), device=device)
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

    if mode == "compiled":
        net = torch.compile(net, mode="max-autotune")
    for _ in range(20):
        step()
    torch.cuda.synchronize()
    print("PyTorch", torch.__version__, "cuDNN", torch.backends.cudnn.version(), mode, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        for _ in range(int(line)):
            step()
        torch.cuda.synchronize()
        print(1000 * (time.perf_counter() - start) / int(line), flush=True)


main()
