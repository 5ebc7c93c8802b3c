package dev.striate.runtime.train;

import dev.striate.core.Sizes;
import dev.striate.runtime.backend.Input;
import dev.striate.runtime.backend.NetSession;
import dev.striate.runtime.data.DataSet;
import dev.striate.runtime.data.Field;
import dev.striate.runtime.io.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which field of a data set goes to which input or label of a net: as the recipe's {@code feed} says, else the only one
 * of its kind where that is unique on both sides, else the one of the same name.
 */
final class Feeding {
    private final DataSet set;
    private final NetSession session;
    private final Map<String, String> stated;

    private Feeding(DataSet set, NetSession session, Map<String, String> stated) {
        this.set = set;
        this.session = session;
        this.stated = stated;
    }

    /**
     * The position of a field for every input and label, in the order of the session's.
     *
     * @param stated fields by the name of an input or label
     * @throws DataException when no field fits an input, or its shape or number of classes is another; the message names
     *     both
     */
    static Map<String, Integer> of(DataSet set, NetSession session, Map<String, String> stated) throws DataException {
        Feeding feeding = new Feeding(set, session, stated);
        for (String name : stated.keySet()) {
            if (!session.inputNames().contains(name)) {
                throw new DataException("feed " + name + " = " + stated.get(name) + ": the net has no input or label "
                        + name + "; it has " + String.join(", ", session.inputNames()));
            }
        }
        Map<String, Integer> fields = new LinkedHashMap<>();
        for (String name : session.inputNames()) {
            Input input = session.input(name);
            int field = feeding.fieldOf(input);
            feeding.check(input, set.fields().get(field));
            fields.put(name, field);
        }
        return fields;
    }

    private int fieldOf(Input input) throws DataException {
        String feed = stated.get(input.name());
        if (feed != null) {
            int field = named(feed);
            if (field < 0) {
                throw new DataException("feed " + input.name() + " = " + feed + ": " + set.name() + " has no field "
                        + feed + "; it has " + names());
            }
            return field;
        }
        List<Integer> sameKind = new ArrayList<>();
        for (int i = 0; i < set.fields().size(); i++) {
            if (isClass(set.fields().get(i)) == input.isLabel()) {
                sameKind.add(i);
            }
        }
        long rivals = session.inputNames().stream()
                .filter(n -> session.input(n).isLabel() == input.isLabel())
                .count();
        if (sameKind.size() == 1 && rivals == 1) {
            return sameKind.get(0);
        }
        int field = named(input.name());
        if (field < 0) {
            throw new DataException("nothing in " + set.name() + " tells what " + describe(input)
                    + " takes; write feed " + input.name() + " = FIELD in the recipe, with one of " + names());
        }
        return field;
    }

    private void check(Input input, Field field) throws DataException {
        boolean fits = input.isLabel() == isClass(field)
                && input.classes() == field.classes()
                && sample(input).equals(field.shape());
        if (!fits) {
            throw new DataException("the net's " + describe(input) + " does not take " + set.name() + "'s "
                    + describe(field) + advice(input, field));
        }
    }

    /** What gives pictures the size that the net takes, where nothing else is wrong. */
    private static String advice(Input input, Field field) {
        Sizes wanted = sample(input);
        boolean areaAlone = !input.isLabel()
                && !isClass(field)
                && wanted.rank() == 3
                && field.shape().rank() == 3
                && wanted.dim(0) == field.shape().dim(0);
        if (!areaAlone) {
            return "";
        }
        String size = wanted.dim(1) + "x" + wanted.dim(2);
        int shorter = Math.min(wanted.dim(1), wanted.dim(2));
        return "; write resize(" + size + ") in the recipe's transforms (resize(" + shorter
                + ") makes the shorter side " + shorter + ")";
    }

    private int named(String name) {
        return set.fields().stream().map(Field::name).toList().indexOf(name);
    }

    private String names() {
        return String.join(", ", set.fields().stream().map(Field::name).toList());
    }

    private static boolean isClass(Field field) {
        return field.kind() == Field.Kind.CLASS;
    }

    /** The shape of one sample: what is behind the batch. */
    private static Sizes sample(Input input) {
        int[] whole = input.shape().toArray();
        return Sizes.of(Arrays.copyOfRange(whole, 1, whole.length));
    }

    private static String describe(Input input) {
        return input.isLabel()
                ? "label " + input.name() + " " + classes(input.classes(), sample(input))
                : "input " + input.name() + " " + sample(input);
    }

    private static String describe(Field field) {
        return "field " + field.name() + " "
                + (isClass(field) ? classes(field.classes(), field.shape()) : field.shape());
    }

    private static String classes(int classes, Sizes shape) {
        return "(one of " + classes + " classes" + (shape.rank() == 0 ? ")" : " at each place of " + shape + ")");
    }
}
