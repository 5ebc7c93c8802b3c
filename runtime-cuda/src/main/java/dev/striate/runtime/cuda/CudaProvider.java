package dev.striate.runtime.cuda;

import dev.striate.runtime.backend.Backend;
import dev.striate.runtime.backend.BackendProvider;
import dev.striate.runtime.cuda.driver.Cuda;
import dev.striate.runtime.cuda.driver.DriverLibrary;
import dev.striate.runtime.cuda.driver.Machine;
import dev.striate.runtime.cuda.driver.NoGpuException;
import dev.striate.runtime.cuda.kernel.Style;
import dev.striate.runtime.io.UserCache;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the GPU of this machine. Properties of the JVM: {@code striate.cuda.tf32=true} rounds factors of convolutions and products
 * to TF32, {@code striate.cuda.deterministic=true} takes only algorithms that give the same bits every time,
 * {@code striate.cuda.debug=true} waits for every step, so that a failure names its line.
 */
public final class CudaProvider implements BackendProvider {
    /** What there is, found out when somebody asks first. */
    private static final class Here {
        static final Found FOUND = Found.of(() -> open(0), DriverLibrary::isThere);

        private Here() {}
    }

    /**
     * The backend or why there is none.
     *
     * @param expected whether the machine seems to have a GPU
     */
    record Found(@Nullable Backend backend, String whyNot, boolean expected) {
        /**
         * Looks.
         *
         * @param open opens the device
         * @param driver whether there is a driver, without which nobody expects a GPU
         */
        static Found of(Supplier<Backend> open, BooleanSupplier driver) {
            try {
                return new Found(open.get(), "", true);
            } catch (NoGpuException e) {
                return new Found(null, String.valueOf(e.getMessage()), false);
            } catch (IllegalStateException e) {
                return new Found(null, String.valueOf(e.getMessage()), true);
            } catch (OutOfMemoryError e) {
                String why = "the GPU has too little memory left; end what else runs on it (" + e.getMessage() + ")";
                return new Found(null, why, true);
            } catch (NoClassDefFoundError e) {
                String why = "the bindings are missing; add org.bytedeco:cuda (" + e.getMessage() + ")";
                return new Found(null, why, driver.getAsBoolean());
            } catch (LinkageError e) {
                String why = "the bindings do not fit; take org.bytedeco:cuda for CUDA 13 (" + e.getMessage() + ")";
                return new Found(null, why, driver.getAsBoolean());
            }
        }
    }

    /** Opens one device. */
    private static CudaBackend open(int number) {
        boolean tf32 = Boolean.getBoolean("striate.cuda.tf32");
        boolean deterministic = Boolean.getBoolean("striate.cuda.deterministic");
        boolean debug = Boolean.getBoolean("striate.cuda.debug");
        Cuda cuda = Machine.open(number, deterministic);
        Path cache = UserCache.folder(System.getenv());
        CodeCache code = new CodeCache(cuda, cache.resolve("cuda"));
        return new CudaBackend(cuda, code, tf32 ? Style.TF32 : Style.F32, debug, cache.resolve("tuned"));
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String whyNot() {
        return Here.FOUND.whyNot;
    }

    @Override
    public boolean isExpected() {
        return Here.FOUND.expected;
    }

    @Override
    public Backend backend() {
        Backend backend = Here.FOUND.backend;
        if (backend == null) {
            throw new IllegalStateException(whyNot());
        }
        return backend;
    }

    @Override
    public Backend backend(List<Integer> devices) {
        Backend first = backend();
        int count = Machine.devices();
        for (int device : devices) {
            if (device >= count) {
                throw new IllegalStateException("there is no device " + device
                        + " (they are numbered from 0, and there " + (count == 1 ? "is 1)" : "are " + count + ")"));
            }
        }
        if (devices.equals(List.of(0))) {
            return first;
        }
        List<CudaBackend> all = devices.stream().map(CudaProvider::open).toList();
        if (all.size() == 1) {
            return all.getFirst();
        }
        Machine.requireConnectable();
        return new CudaDevices(all, () -> Machine.connect(devices), CudaDevices.BUCKET);
    }

    @Override
    public String devices() {
        int count = Machine.devices();
        if (count == 1) {
            return "";
        }
        String why = Machine.whyNotConnected();
        return count + " devices" + (why.isEmpty() ? "" : ", which cannot share batches: " + why);
    }
}
