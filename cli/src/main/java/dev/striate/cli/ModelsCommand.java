package dev.striate.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.striate.compiler.Compiler;
import dev.striate.compiler.analyze.Analyzer;
import dev.striate.compiler.analyze.NetModel;
import dev.striate.compiler.diag.Diagnostics;
import dev.striate.compiler.diag.Suggestions;
import dev.striate.compiler.ir.Source;
import dev.striate.compiler.plan.Summary;
import dev.striate.compiler.source.SourceFile;
import dev.striate.compiler.syntax.CnnParser;
import dev.striate.sources.SourceRoots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code striate models}. */
@Command(
        name = "models",
        description = "The nets of the standard library, or one of them.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  striate models ResNet18")
final class ModelsCommand implements Callable<Integer> {
    private static final String LIBRARY = "striate.models";

    private final Console console;
    private final SourceRoots roots = new SourceRoots(Path.of(""), ClassPath.entries());

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A net, of which more is shown.")
    private @Nullable String name;

    @Option(names = "--json", description = "As JSON: one object per net.")
    private boolean json;

    ModelsCommand(Console console) {
        this.console = console;
    }

    /** A net, and what it costs for one sample at the size that its contracts name. */
    private record Entry(NetModel model, Summary summary) {
        static Entry of(NetModel model) {
            Map<String, Long> sizes =
                    new HashMap<>(ContractSizes.of(model).orElseGet(() -> new ChosenSizes(model).of(null)));
            sizes.put("N", 1L);
            return new Entry(model, Summary.of(model, sizes));
        }

        String paper() {
            return Papers.first(model.doc());
        }

        String doc() {
            return model.doc() == null ? "" : model.doc();
        }

        /** The shapes of the inputs, without the batch: {@code 3x224x224}. */
        String inputs() {
            return model.graph().sources(Source.Input.class).stream()
                    .map(n -> n.shape().at(summary.sizes()).toList().stream()
                            .skip(1)
                            .map(String::valueOf)
                            .collect(Collectors.joining("x")))
                    .collect(Collectors.joining(" and "));
        }
    }

    @Override
    public Integer call() throws JsonProcessingException {
        List<Entry> all = library();
        List<Entry> shown = name == null ? all : List.of(named(name, all));
        if (json) {
            console.out()
                    .println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report(shown)));
        } else if (name == null) {
            table(shown);
        } else {
            one(whole(shown.getFirst().model()));
        }
        return 0;
    }

    /** Every net in the files of the library's packages. */
    private List<Entry> library() {
        List<Entry> all = new ArrayList<>();
        for (String packageName : roots.packages()) {
            if (packageName.equals(LIBRARY) || packageName.startsWith(LIBRARY + ".")) {
                roots.files(packageName).forEach(file -> all.addAll(nets(file)));
            }
        }
        return all;
    }

    private List<Entry> nets(SourceFile file) {
        Diagnostics diagnostics = new Diagnostics();
        List<NetModel> models = Analyzer.analyze(CnnParser.parse(file, diagnostics), roots, diagnostics);
        if (diagnostics.hasErrors()) {
            console.say(file.name() + " has errors, and its nets are left out; `striate check` shows them");
            return List.of();
        }
        return models.stream().map(Entry::of).toList();
    }

    /** The net of a name, with its package or without. */
    private static Entry named(String name, List<Entry> all) {
        List<Entry> found = all.stream()
                .filter(e -> e.model().name().equals(name)
                        || e.model().qualifiedName().equals(name))
                .toList();
        if (found.isEmpty()) {
            List<String> near = Suggestions.near(
                    name, all.stream().map(e -> e.model().name()).distinct().toList());
            throw Failure.usage("the library has no net " + name
                    + (near.isEmpty()
                            ? "; `striate models` lists them"
                            : "; did you mean " + String.join(" or ", near) + "?"));
        }
        if (found.size() > 1) {
            throw Failure.usage("which " + name + "? there are "
                    + found.stream().map(e -> e.model().qualifiedName()).collect(Collectors.joining(", ")));
        }
        return found.getFirst();
    }

    private static List<Map<String, Object>> report(List<Entry> entries) {
        List<Map<String, Object>> report = new ArrayList<>();
        for (Entry entry : entries) {
            Map<String, Object> net = new LinkedHashMap<>();
            net.put("net", entry.model().name());
            net.put("package", entry.model().packageName());
            net.put("paper", entry.paper());
            net.put("params", entry.summary().params());
            net.put("macs", entry.summary().macs());
            net.put("inputs", entry.inputs());
            net.put("doc", entry.doc());
            report.add(net);
        }
        return report;
    }

    private void table(List<Entry> entries) {
        Table table = new Table(List.of("net", "package", "paper", "params", "MACs", "input"), 3);
        for (Entry entry : entries) {
            table.add(
                    entry.model().name(),
                    entry.model().packageName(),
                    entry.paper(),
                    SummaryText.grouped(entry.summary().params()),
                    SummaryText.grouped(entry.summary().macs()),
                    entry.inputs());
        }
        console.out().print(table);
        console.out().flush();
    }

    /** The net with its training step, which takes longer to make than all nets without. */
    private Entry whole(NetModel model) {
        return Compiler.compile(model.source(), roots).nets().stream()
                .filter(n -> n.name().equals(model.name()))
                .map(n -> Entry.of(n.model()))
                .findFirst()
                .orElseThrow();
    }

    private void one(Entry entry) {
        NetModel model = entry.model();
        console.out().println(entry.doc());
        console.out().println();
        console.out().println("import " + model.packageName() + ".{" + model.name() + "}");
        console.out().println();
        SummaryText.print(model.qualifiedName(), entry.summary(), true, console);
    }
}
