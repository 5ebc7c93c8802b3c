package dev.striate.compiler.emit;

import dev.striate.compiler.ir.Graph;
import dev.striate.compiler.ir.Node;
import dev.striate.compiler.op.KernelCall;
import dev.striate.compiler.op.Op;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What the code of a net calls to describe its kernels. */
final class Kernels {
    /** A static factory of a kernel description. */
    record Factory(Class<?> owner, String name) implements Comparable<Factory> {
        private static final Comparator<Factory> ORDER =
                Comparator.comparing((Factory f) -> f.owner.getName()).thenComparing(Factory::name);

        @Override
        public int compareTo(Factory other) {
            return ORDER.compare(this, other);
        }
    }

    /** Nodes share operators, and mostly what describes them; these are found faster than compared. */
    private final IdentityHashMap<Op, KernelCall> shared = new IdentityHashMap<>();

    private final SortedSet<Factory> factories = new TreeSet<>();

    /** What the code of some graphs calls. */
    Kernels(List<Graph> graphs) {
        for (Graph graph : graphs) {
            for (Node node : graph.nodes()) {
                if (node.operation() instanceof Op op && !shared.containsKey(op)) {
                    KernelCall call = op.spec().kernel(node);
                    collect(call);
                    if (op.spec().sharesKernel(op)) {
                        shared.put(op, call);
                    }
                }
            }
        }
    }

    private void collect(KernelCall call) {
        factories.add(new Factory(call.owner(), call.factory()));
        collect(call.args());
        call.options().forEach(o -> collect(o.args()));
    }

    private void collect(List<Object> args) {
        for (Object arg : args) {
            if (arg instanceof KernelCall inner) {
                collect(inner);
            }
        }
    }

    /** The description of the kernel of a node that is no source. */
    KernelCall of(Node node) {
        KernelCall known = shared.get(Op.of(node));
        return known == null ? Op.of(node).spec().kernel(node) : known;
    }

    /** The factories, in the order of their imports. */
    Set<Factory> factories() {
        return Collections.unmodifiableSet(factories);
    }
}
