package dev.striate.cli;

import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.syntax.Ast;
import dev.striate.compiler.syntax.CnnParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sizes at which a net's own contracts count, as {@code assert macs() == … at H == 224, W == 224} does. */
public final class ContractSizes {
    private ContractSizes() {}

    /** A size for each symbolic dimension of a net, the batch apart; empty when no contract names them all. */
    public static Optional<Map<String, Long>> of(NetModel net) {
        List<String> names = net.graph().dimensions().names();
        return contracts(CnnParser.parse(net.source(), new Diagnostics()), net.name()).stream()
                .map(c -> sizes(c, names))
                .filter(sizes -> sizes.keySet().containsAll(names))
                .findFirst();
    }

    /** What a net asserts: an instance of another net of its file, what that one does. */
    private static List<Ast.Assert> contracts(Ast.File file, String name) {
        for (Ast.Decl declaration : file.decls()) {
            if (declaration instanceof Ast.Net net && net.name().text().equals(name)) {
                return net.body().stream()
                        .filter(Ast.Assert.class::isInstance)
                        .map(Ast.Assert.class::cast)
                        .toList();
            }
            if (declaration instanceof Ast.NetInstance instance
                    && instance.name().text().equals(name)) {
                return contracts(file, instance.net().callee().text());
            }
        }
        return List.of();
    }

    private static Map<String, Long> sizes(Ast.Assert contract, List<String> names) {
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (Ast.Expr at : contract.at()) {
            if (at instanceof Ast.Binary b
                    && b.left() instanceof Ast.Ref name
                    && b.right() instanceof Ast.Num size
                    && names.contains(name.name().text())) {
                sizes.put(name.name().text(), size.value().longValueExact());
            }
        }
        return sizes;
    }
}
