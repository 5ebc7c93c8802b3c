package dev.striate.runtime.cuda.driver;

import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/** CUDA's run-time compiler. */
final class Nvrtc implements SourceCompiler {

    private static void check(String call, int status) {
        Natives.check(call, status, nvrtc::nvrtcGetErrorString);
    }

    @Override
    public byte[] compile(String source, int capability) {
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer text = new BytePointer(source);
                BytePointer name = new BytePointer("striate.cu");
                BytePointer target = new BytePointer("-arch=sm_" + capability);
                BytePointer standard = new BytePointer("-std=c++17");
                PointerPointer<BytePointer> options = new PointerPointer<>(target, standard)) {
            check(
                    "nvrtcCreateProgram",
                    nvrtc.nvrtcCreateProgram(
                            program, text, name, 0, (PointerPointer<?>) null, (PointerPointer<?>) null));
            try {
                if (nvrtc.nvrtcCompileProgram(program, (int) options.capacity(), options) != 0) {
                    throw new IllegalStateException("generated CUDA C does not compile: " + log(program));
                }
                return code(program);
            } finally {
                check("nvrtcDestroyProgram", nvrtc.nvrtcDestroyProgram(program));
            }
        }
    }

    @Override
    public String version() {
        int[] major = new int[1];
        int[] minor = new int[1];
        check("nvrtcVersion", nvrtc.nvrtcVersion(major, minor));
        return "NVRTC " + major[0] + "." + minor[0];
    }

    private static byte[] code(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check("nvrtcGetCUBINSize", nvrtc.nvrtcGetCUBINSize(program, size));
            byte[] code = new byte[Math.toIntExact(size.get())];
            check("nvrtcGetCUBIN", nvrtc.nvrtcGetCUBIN(program, code));
            return code;
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check("nvrtcGetProgramLogSize", nvrtc.nvrtcGetProgramLogSize(program, size));
            try (BytePointer log = new BytePointer(Math.max(size.get(), 1))) {
                check("nvrtcGetProgramLog", nvrtc.nvrtcGetProgramLog(program, log));
                return log.getString();
            }
        }
    }
}
