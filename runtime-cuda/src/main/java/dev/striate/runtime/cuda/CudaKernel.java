package dev.striate.runtime.cuda;

import dev.striate.core.Sizes;
import dev.striate.core.kernel.Fused;
import dev.striate.core.kernel.Kernel;
import dev.striate.runtime.backend.KernelFactory;
import dev.striate.runtime.backend.Layout;
import dev.striate.runtime.backend.Operands;
import dev.striate.runtime.cuda.kernel.Form;
import dev.striate.runtime.cuda.kernel.Site;
import dev.striate.runtime.cuda.kernel.Works;
import dev.striate.runtime.tensor.Tensor;
import java.util.List;

/** Binds kernels of any kind as steps of a session on a device. */
record CudaKernel<K extends Kernel>(SessionSteps steps) implements KernelFactory<K> {
    @Override
    public Runnable bind(K kernel, Operands operands) {
        List<Sizes> shapes = operands.in().stream().map(Tensor::shape).toList();
        Site site = Site.of(kernel, steps.style(), shapes, operands.out().shape());
        return steps.bind(kernel, steps.resolve(Works.of(kernel, site)), operands);
    }

    @Override
    public long workspace(K kernel, List<Sizes> operands) {
        int data = dataOperands(kernel, operands);
        Sizes out = kernel.output(operands.subList(0, data));
        Site site = Site.of(kernel, steps.style(), operands, out);
        return steps.workspace(steps.resolve(Works.of(kernel, site)));
    }

    @Override
    public Layout layout(K kernel, List<Sizes> operands, Sizes result, List<Integer> now) {
        Site site = Site.of(kernel, steps.style(), operands, result);
        return new Layout(site.in().stream().map(CudaKernel::lanes).toList(), lanes(site.out()));
    }

    private static int lanes(Form form) {
        return form.equals(Form.rows(form.shape())) ? 1 : Tensor.NATIVE;
    }

    private static int dataOperands(Kernel kernel, List<Sizes> operands) {
        if (kernel instanceof Fused fused) {
            return fused.dataOperands();
        }
        // The parameters of all others follow from the first operand, whatever else there is.
        return operands.size()
                - kernel.params(operands.subList(0, Math.min(1, operands.size())))
                        .size();
    }
}
