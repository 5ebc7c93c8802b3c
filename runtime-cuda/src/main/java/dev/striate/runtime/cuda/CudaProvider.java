package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.BackendProvider;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.Machine;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.io.UserCache;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the GPU of this machine. Properties of the JVM: {@code striate.cuda.tf32=true} rounds factors of convolutions and products
 * to TF32, {@code striate.cuda.deterministic=true} takes only algorithms that give the same bits every time,
 * {@code striate.cuda.debug=true} waits for every step, so that a failure names its line.
 */
public final class CudaProvider implements BackendProvider {
    /** The backend or why there is none, found out when somebody asks first. */
    private record Found(@Nullable Backend backend, String whyNot) {
        static final Found HERE = look();

        private static Found look() {
            try {
                boolean tf32 = Boolean.getBoolean("striate.cuda.tf32");
                boolean deterministic = Boolean.getBoolean("striate.cuda.deterministic");
                boolean debug = Boolean.getBoolean("striate.cuda.debug");
                Style style = tf32 ? Style.TF32 : Style.F32;
                Cuda cuda = Machine.open(deterministic);
                Path cache = UserCache.folder(System.getenv());
                CodeCache code = new CodeCache(cuda, cache.resolve("cuda"));
                return new Found(new CudaBackend(cuda, code, style, debug, cache.resolve("tuned")), "");
            } catch (IllegalStateException e) {
                return new Found(null, String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String whyNot() {
        return Found.HERE.whyNot;
    }

    @Override
    public Backend backend() {
        Backend backend = Found.HERE.backend;
        if (backend == null) {
            throw new IllegalStateException(whyNot());
        }
        return backend;
    }
}
