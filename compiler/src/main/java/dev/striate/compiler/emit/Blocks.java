package dev.striate.compiler.emit;

import com.palantir.javapoet.ParameterSpec;
import com.palantir.javapoet.TypeSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The nested classes of a net for calls of blocks: one for all calls that are written alike, in whichever session. */
final class Blocks {
    /** What the nested classes may not be called: types that the code of a net names. */
    private static final String[] TYPES = {
        "Backend",
        "Binder",
        "Evaluation",
        "EvaluationRun",
        "Init",
        "Input",
        "Net",
        "NetSession",
        "NetSpec",
        "Output",
        "Override",
        "Padding",
        "Recipe",
        "Rounding",
        "Session",
        "SessionRun",
        "Step",
        "String",
        "Training",
        "TrainingRun",
        "Value",
        "Weights"
    };

    private final String file;
    private final List<ParameterSpec> sizes;
    private final Names types = new Names(TYPES);
    private final Supplier<Names> fields;
    private final Map<BlockForm, BlockClass> classes = new LinkedHashMap<>();

    /**
     * None yet.
     *
     * @param net the name of the net's class
     * @param file what the comments call the source
     * @param sizes the parameters for the batch and the symbolic sizes
     * @param fields the names that fields must not have
     */
    Blocks(String net, String file, List<ParameterSpec> sizes, Supplier<Names> fields) {
        this.file = file;
        this.sizes = sizes;
        this.fields = fields;
        types.reserve(net);
    }

    /**
     * The class of a call.
     *
     * @param session what the names of the classes begin with that no session before had; may be empty
     */
    BlockClass of(BlockForm.Call call, String session) {
        BlockClass type = classes.computeIfAbsent(call.form(), form -> fresh(form, session));
        type.calledFor(call.path());
        return type;
    }

    private BlockClass fresh(BlockForm form, String session) {
        String block = upper(
                form.block() == null ? "part" : Names.identifier(form.block().name()));
        String name = types.unique(form.isBackwardPass() ? block + "Backward" : session + block, "");
        return new BlockClass(name, form, file, sizes, fields.get());
    }

    private static String upper(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    /** The classes as they are written. */
    List<TypeSpec> emit() {
        return classes.values().stream().map(BlockClass::emit).toList();
    }
}
