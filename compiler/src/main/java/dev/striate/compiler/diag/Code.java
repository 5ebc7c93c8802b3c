package dev.striate.compiler.diag;

/**
 * What a diagnostic is about. Codes are stable: once released, a code keeps its meaning and is never used again.
 *
 * <p>01 syntax, 02 names and arguments, 03 shapes, 04 lints, 05 contracts, 06 recipes, 07 modules, 09 limits.
 */
public enum Code {
    /** Something stands where the grammar has no place for it. */
    UNEXPECTED(
            "CNN0101",
            "unexpected text",
            "The text does not continue in a way that the language knows. The message names what was found "
                    + "and what could stand there. The statement is skipped, and reading goes on with the next one."),
    /** A bracket that nothing closes. */
    UNCLOSED(
            "CNN0102",
            "bracket never closed",
            "A brace, parenthesis or square bracket is opened and nothing closes it. The message points at "
                    + "the place where indentation and keywords suggest that it should have been closed, and at the "
                    + "bracket itself."),
    /** A closing bracket that nothing opened. */
    UNOPENED(
            "CNN0103",
            "bracket never opened",
            "A closing brace, parenthesis or square bracket has no partner, or its partner was closed "
                    + "already. Remove it, or open the bracket where it belongs."),
    /** Deeper nesting than the compiler follows. */
    TOO_DEEP(
            "CNN0104",
            "nested too deeply",
            "Braces, parentheses and operators nest at most 200 levels deep. Name the inner part with `let`, "
                    + "or move it into a block of its own."),
    /** A file of a size that no person writes. */
    TOO_LARGE(
            "CNN0105",
            "file too large",
            "A source file has at most 4 MiB. Move blocks into files of their own and import them."),
    /** A character that the language does not use. */
    UNKNOWN_CHARACTER(
            "CNN0106",
            "unknown character",
            "Outside of comments and quotes, only letters of ASCII, digits, the underscore, white space and "
                    + "the language's punctuation are used. Typographic arrows, quotes and multiplication signs often "
                    + "come from copying out of a document."),
    /** A string or a comment without its end. */
    UNTERMINATED(
            "CNN0107",
            "quotes or comment never closed",
            "Text in quotes ends on the line where it begins, and a comment that begins with `/*` ends with "
                    + "`*/`."),
    /** Digits that are not a number, or a number out of range. */
    MALFORMED_NUMBER(
            "CNN0108",
            "malformed number",
            "Numbers are written `3`, `0.5` or `1e-3`, extents `3x3`, and a unit stands apart from its "
                    + "number: `8 GiB`."),
    /** A word of the language used as a name. */
    RESERVED_WORD(
            "CNN0109",
            "reserved word used as a name",
            "The words `net block package import output objective assert repeat for if else each where true "
                    + "false`, the units, and `step` cannot be declared. All others can."),
    /** Punctuation that is missing or stands for another. */
    PUNCTUATION(
            "CNN0110",
            "missing or wrong punctuation",
            "A `->`, `,`, `:`, `=` or bracket is missing, or another sign stands in its place."),
    /** More syntax errors than anyone reads. */
    TOO_MANY(
            "CNN0111",
            "too many syntax errors",
            "After 20 syntax errors in a file the compiler stops reading it. Fix the first ones and run it "
                    + "again."),
    /** A file that says nothing. */
    EMPTY_FILE("CNN0112", "empty file", "A source file declares at least one `net`, `block` or `train`."),
    /** Bytes that are no text. */
    NOT_TEXT(
            "CNN0113",
            "not a text file",
            "A source file is text in UTF-8. A file with NUL characters is an image, an archive, weights, or "
                    + "text in another encoding."),
    /** A backslash that means nothing. */
    UNKNOWN_ESCAPE(
            "CNN0114",
            "unknown escape",
            "In quotes, `\\\"` is a quote and `\\\\` a backslash; a backslash before anything else means nothing."),
    /** A name that means nothing here. */
    UNKNOWN_NAME("CNN0201", "unknown name", "A value, label or parameter is used that the net does not declare."),
    /** A name for two things. */
    DUPLICATE_NAME(
            "CNN0202",
            "name declared twice",
            "Within a net, and within labelled braces, every name is declared once. The nets and the recipes of a"
                    + " file have different names, too."),
    /** A layer, loss or metric that does not exist. */
    UNKNOWN_LAYER(
            "CNN0203",
            "unknown layer, loss or metric",
            "Layers, losses and metrics have the standard terms of the field, in snake_case. The message names"
                    + " the nearest ones."),
    /** An argument that is not expected. */
    UNKNOWN_ARGUMENT(
            "CNN0204",
            "unknown argument",
            "The message names the arguments that there are. Those without a name are taken in order."),
    /** An argument given twice. */
    DUPLICATE_ARGUMENT("CNN0205", "argument given twice", "An argument is given once: by its place, or by its name."),
    /** A required argument that is not given. */
    MISSING_ARGUMENT("CNN0206", "argument missing", "Arguments without a default must be given."),
    /** An argument of the wrong kind. */
    WRONG_ARGUMENT(
            "CNN0207",
            "argument of the wrong kind or out of range",
            "Every argument has a kind, such as a whole number of at least 1, and a range."),
    /** A fraction where a whole number is needed. */
    FRACTION(
            "CNN0208",
            "fraction where a whole number is needed",
            "Division is exact, and nothing is rounded silently: write `floor(a / b)` or `ceil(a / b)`."),
    /** Arithmetic without a meaning. */
    ARITHMETIC(
            "CNN0209",
            "compile-time arithmetic without a meaning",
            "Numbers are added, multiplied and compared; `&& || !` take true or false; nothing is divided by"
                    + " zero; and what the net computes when it runs is not known at compile time."),
    /** A value, layer, loss or metric where another is needed. */
    WRONG_ROLE(
            "CNN0210",
            "name of another kind than needed",
            "A chain begins with a value and goes on with layers. Losses stand after `loss name =` and metrics"
                    + " after `metric name =`."),
    /** A label given to a layer. */
    LABEL_AS_INPUT(
            "CNN0211",
            "label used as an input",
            "Labels are known in training and evaluation only. A layer that computes with one could not run when"
                    + " the net is used."),
    /** A net without an output. */
    NO_OUTPUT("CNN0212", "net without an output", "A net has at least one output: it is what its users read."),
    /** A net that computes nothing. */
    NO_LAYERS("CNN0213", "net without layers", "A net has at least one layer between its inputs and its outputs."),
    /** A type that does not exist, or not there. */
    BAD_TYPE(
            "CNN0214",
            "type without a meaning",
            "Inputs are `f32[N, …]`, labels `f32[N, …]` or `class[N, …, classes]`, where `N` is the batch;"
                    + " parameters are `int`, `float` or `bool`."),
    /** A label that an unlabelled layer has as its path. */
    PATH_CLASH(
            "CNN0215",
            "name equal to the path of a layer",
            "Parameters are stored by path. A layer without a label has its name and an ordinal as its path, such"
                    + " as `conv1`; a label must not be equal to one."),
    /** A value used before its declaration. */
    USED_BEFORE("CNN0216", "used before it is declared", "Statements take effect in order. Move the declaration up."),
    /** A parameter of a net without a default. */
    NO_DEFAULT(
            "CNN0217",
            "parameter without a default",
            "A net is compiled with the defaults of its parameters, so each needs one."),
    /** A chain that begins with a layer. */
    NO_VALUE("CNN0218", "layer without a value to work on", "A layer works on the value to the left of its `->`."),
    /** Several losses. */
    NO_OBJECTIVE(
            "CNN0219",
            "several losses and no objective",
            "A net's only loss is what training makes small. With several, it is not clear which."),
    /** A layer without a gradient between parameters and the loss. */
    NOT_DIFFERENTIABLE(
            "CNN0220",
            "layer without a gradient",
            "Training needs the gradient of the loss by every parameter, and a layer in between has none."),
    /** A block that calls itself. */
    RECURSION(
            "CNN0221",
            "block within itself",
            "Blocks are written out where they are called, so a block that calls itself, directly or through others, would have"
                    + " no end. A recurrence of n steps is `repeat n { cell }` over a `shared` cell."),
    /** One value where several are needed, or the other way round. */
    VALUE_COUNT(
            "CNN0222",
            "number of values does not match",
            "A layer takes one value; `let a, b = …` takes as many as it names; `(a, b) -> cell` gives two."),
    /** A block from which nothing comes out. */
    NO_RESULT(
            "CNN0223",
            "block without a result",
            "A block's result is its outputs in the order of the text, or else what its last chain comes to."),
    /** An output in a loop, or a statement that has no meaning in a block. */
    MISPLACED(
            "CNN0224",
            "statement that cannot stand there",
            "An output stands outside of loops, which would give it several meanings. Inputs, labels, losses, metrics, objectives"
                    + " and contracts belong to nets; blocks take values as parameters and give them as outputs."),
    /** A merge or loop over nothing. */
    EMPTY_LOOP(
            "CNN0225",
            "loop or merge over nothing",
            "A loop counts from 0 up to a whole number or runs over a list; a merge needs at least one branch."),
    /** An objective that cannot be made small. */
    OBJECTIVE(
            "CNN0226",
            "objective without a meaning",
            "An objective is one number for the whole batch: losses, weighted and added, and penalties such as"
                    + " `1e-4 * l2(\"**.weight\")`."),
    /** A shared layer whose uses need different weights. */
    SHARED_SHAPE(
            "CNN0227",
            "shared weights of two shapes",
            "A `shared` layer has one set of weights, so that every value it is given must have the same channels."),
    /** A condition behind {@code where} that compares no sizes. */
    BAD_CONDITION(
            "CNN0228",
            "condition on sizes without a meaning",
            "What follows `where` compares sizes: dimensions of the net, such as `H`, with numbers or one another."
                    + " It is checked when the net is opened, and known in every proof about shapes."),
    /** A dimension used before an input binds it. */
    UNBOUND_DIMENSION(
            "CNN0229",
            "dimension without an input that has it",
            "A dimension such as `H` is declared by standing alone in the type of an input; its size is chosen when"
                    + " the net is opened. From there on it can be computed with: `H / 32`."),
    /** A window that does not tile its input. */
    TILING(
            "CNN0301",
            "window does not tile its input",
            "A window that moves in strides must end exactly at the edge of its padded input, unless the file says"
                    + " `round=floor`, which drops the rest, or `round=ceil`, which reads past the edge. Nothing is rounded silently,"
                    + " so a net keeps its shapes in every framework."),
    /** A value of a shape that an operator cannot take. */
    SHAPE(
            "CNN0302",
            "value of the wrong shape",
            "Every layer takes values of certain shapes: `conv` and pooling take `[N, C, H, W]`, `fc` takes `[N, C]`. The message"
                    + " shows how the shape came to be."),
    /** A window larger than its padded input. */
    WINDOW_TOO_LARGE(
            "CNN0303",
            "window larger than its input",
            "A kernel, with its dilation, must fit into the input with its padding; otherwise the output would have no element."),
    /** Channels that do not fall into the groups. */
    GROUPS(
            "CNN0304",
            "groups do not divide the channels",
            "With `groups=g`, both the incoming channels and the filters must be multiples of g."),
    /** A number of classes that does not match. */
    CLASSES(
            "CNN0305",
            "number of classes does not match",
            "Losses and metrics over classes need as many scores per sample as the label has classes."),
    /** Floats where class indices are needed, or the other way round. */
    ELEMENT(
            "CNN0306",
            "value of the wrong kind",
            "Layers compute with floats; a `class` label can only be given to a loss or metric that takes classes."),
    /** Sizes beyond what the runtime can hold. */
    TOO_MANY_ELEMENTS("CNN0307", "tensor too large", "A tensor has at most 2^31 - 1 elements."),
    /** Symbolic dimensions that cannot have any size. */
    NO_SIZES(
            "CNN0308",
            "no sizes fit the net",
            "What cannot be decided while a dimension is a symbol is checked when the net is opened. Here no size"
                    + " was found that fulfils the conditions and lets every window fit, so that nobody could open it."),
    /** Shapes that do not meet. */
    BROADCAST(
            "CNN0311",
            "shapes do not align",
            "Arithmetic on values, `mul` and `div` align shapes from the left: `[N, C]` meets `[N, C, H, W]`, a `param` has an"
                    + " implicit batch axis, and an axis of size 1 is repeated. All other sizes must be equal."),
    /** An axis that a value does not have. */
    AXIS(
            "CNN0312",
            "no such axis",
            "Axes are named `N C`, `N C L` and `N C H W` by the rank of the value; other ranks use numbers from 0."),
    /** Places beyond the end of an axis. */
    RANGE(
            "CNN0313",
            "range outside of the axis",
            "`slice`, `split` and `crop` take places that the axis has: `from` is at least 0, `to` is larger than `from` and at"
                    + " most the size."),
    /** A shape of another number of elements. */
    ELEMENTS(
            "CNN0314",
            "reshape changes the number of elements",
            "`reshape` gives the same elements another shape; the products of both shapes' sizes must be equal for every"
                    + " batch."),
    /** Documentation that nothing follows. */
    STRAY_DOCUMENTATION(
            "CNN0401",
            "documentation without a declaration",
            "A `///` comment documents the declaration that follows it and becomes its Javadoc. Elsewhere it "
                    + "is lost; an ordinary comment begins with `//`."),
    /** Linear layers without an activation between them. */
    LINEAR_PAIR(
            "CNN0402",
            "no activation between linear layers",
            "Two convolutions or fully connected layers, one right after the other, compute a linear function, as one"
                    + " of them could; `batch_norm`, `dropout`, `pad`, `reshape` and `flatten` between them do not"
                    + " change that. Pairs are left alone when the value between them is also used elsewhere, when it"
                    + " has fewer channels than what comes before and after it, as in MobileNetV2, and when the two"
                    + " have fewer weights than the one would have, as depthwise separable convolutions do."),
    /** A loss that applies softmax or the sigmoid a second time. */
    PROBABILITIES_AS_LOGITS(
            "CNN0403",
            "probabilities given to a loss on logits",
            "`cross_entropy` applies softmax and `binary_cross_entropy` the sigmoid, in a way that does not overflow."
                    + " Given probabilities, they learn slowly and never reach 0."),
    /** Dropout before a batch normalization. */
    DROPOUT_BEFORE_NORM(
            "CNN0404",
            "dropout before batch_norm",
            "Dropout raises the variance of what it is applied to, in training only. A `batch_norm` right behind it"
                    + " remembers that variance and divides by it when the net is used, where it is smaller."),
    /** A name that nothing uses. */
    UNUSED(
            "CNN0405",
            "never used",
            "An input, label, parameter, learned tensor, shared layer or value with a name is used nowhere in its net or block."
                    + " Of several names given at once, one that is used is enough; labels of steps need no use."),
    /** A chain to nowhere. */
    DEAD_CHAIN(
            "CNN0406",
            "computed for nothing",
            "The value of a chain, or of its last steps, reaches no output, loss or metric. It is left out of the"
                    + " generated code. A label at the end of a chain says that it is meant to be looked at."),
    /** A condition that is always the same. */
    CONSTANT_CONDITION(
            "CNN0407",
            "condition that depends on nothing",
            "`if` and `? :` choose at compile time. A condition without a parameter, loop variable or size always"
                    + " chooses the same branch."),
    /** A bias that is subtracted again. */
    BIAS_BEFORE_NORM(
            "CNN0408",
            "bias before batch_norm",
            "`batch_norm` subtracts the mean of every channel, and a bias with it, and adds a bias of its own. A bias"
                    + " right before it costs memory and time, and its gradient is 0."),
    /** Padding that is larger than half of the window. */
    WIDE_PADDING(
            "CNN0409",
            "padding larger than half the kernel",
            "With a padding of more than half of the kernel (with its dilation), windows at the edge see more padding than"
                    + " input, and the output is larger than the input."),
    /** A comment that allows no lint. */
    ALLOWS_NOTHING(
            "CNN0410",
            "lint:allow without the code of a lint",
            "`// lint:allow CNN0402` silences that warning on its line; on a line of its own, on the next; before the"
                    + " first word of a file, in all of it. Several codes may stand there, and a reason behind them."),
    /** A contract that does not hold. */
    CONTRACT(
            "CNN0501",
            "contract does not hold",
            "What follows `assert` is computed at compile time, at the defaults of the net's parameters, and must"
                    + " be true."),
    /** A condition that depends on the batch. */
    UNDECIDED(
            "CNN0502",
            "not decided at compile time",
            "A contract about something that grows with the batch says for which batch: `assert macs() <= 1.9"
                    + " GMAC at N == 1`."),
    /** A contract that is no condition. */
    BAD_CONTRACT(
            "CNN0503",
            "contract without a meaning",
            "A contract is a condition over `params()`, `macs()` and `shape(value)`; after `at` stand sizes, such"
                    + " as `N == 1`."),
    /** A recipe for a net that does not exist. */
    UNKNOWN_NET("CNN0601", "recipe for an unknown net", "`train name for net` trains a net of the same file."),
    /** A recipe without a setting that it needs. */
    MISSING_SETTING(
            "CNN0602",
            "setting missing",
            "A recipe says where the samples come from (`data`), how parameters change (`optimize`) and when it"
                    + " ends (`stop`)."),
    /** A setting given twice. */
    DUPLICATE_SETTING(
            "CNN0603",
            "setting given twice",
            "Every setting is given once, apart from `expect`, `feed`, `init`, `group`, `freeze` and `phase`."),
    /** An expectation that cannot be checked. */
    EXPECTATION(
            "CNN0604",
            "expectation without a meaning",
            "An expectation compares a metric or loss of the net with a number: `expect acc >= 0.98`."),
    /** A recipe for a net without a loss. */
    NO_LOSS("CNN0605", "nothing to train for", "Training makes a loss small; the net must declare one."),
    /** A word of a recipe that does not exist. */
    UNKNOWN_RECIPE_WORD(
            "CNN0606",
            "unknown data set, transform, optimizer, schedule, precision, objective or stopping rule",
            "The message names the nearest ones."),
    /** A feed of something that the net does not have. */
    FEED(
            "CNN0607",
            "feed of something unknown",
            "`feed a = field` binds an input or label of the net to a field of the data set, once each."),
    /** A pattern over parameter paths that matches none. */
    GLOB(
            "CNN0608",
            "pattern without a match",
            "`freeze`, `group` and `init` name parameters by patterns over their paths: `*` stands for characters of"
                    + " one segment, `**` for any number of segments. A pattern that matches nothing is a slip."),
    /** A phase that cannot be trained. */
    PHASE(
            "CNN0609",
            "phase without a meaning",
            "A phase has an optimizer, a schedule, groups and frozen parameters of its own, and leaves something to"
                    + " train; all else is said for the whole recipe. The phases together are the run, in place of"
                    + " `stop after`."),
    /** A rule that watches what is not there. */
    WATCH(
            "CNN0610",
            "nothing to watch",
            "`stop early` and `plateau` watch a loss or metric of training samples that are held out: `data"
                    + " digits(batch=32, holdout=0.1)`. The test set is kept for the end."),
    /** A transform that is none, or in the wrong place. */
    TRANSFORM(
            "CNN0611",
            "transform without a meaning",
            "`transform train` and `transform eval` are chains of calls. Only those for training may be random."
                    + " `mixup` blends whole batches of pictures with classes, after all other transforms."),
    /** A budget that is no bound on the memory. */
    BUDGET("CNN0612", "budget without a meaning", "A budget bounds the memory: `budget memory <= 8 GiB`."),
    /** A rename whose two sides do not fit. */
    RENAME(
            "CNN0613",
            "rename with other wildcards",
            "In `map \"old.*\" = \"new.*\"`, what a wildcard on the left stands for is put in place of the same one on"
                    + " the right, so both sides have the same wildcards in the same order."),
    /** An import of something that does not exist. */
    UNKNOWN_IMPORT(
            "CNN0701",
            "unknown import",
            "`import a.b.{X, Y}` brings blocks and nets of the package `a.b`: of the files in the folder `a/b` of the"
                    + " source root, of a dependency, or of the standard library."),
    /** An import that could mean several things. */
    AMBIGUOUS_IMPORT(
            "CNN0702", "ambiguous import", "A name means one thing in a file, and is declared once in a package."),
    /** Files that import one another. */
    CYCLIC_IMPORT(
            "CNN0703", "cyclic import", "Files that import one another could not be understood one after the other."),
    /** A part of the language that is not compiled yet. */
    NOT_SUPPORTED(
            "CNN0901",
            "not supported by this version",
            "The language has this construct, and this version of the compiler does not compile it. The message"
                    + " says what to write instead."),
    /** A net that would take for ever to write out. */
    TOO_MANY_STEPS(
            "CNN0902",
            "net too large",
            "Loops and blocks are written out when a net is compiled. A net of more than some hundred thousand layers,"
                    + " calls and iterations is taken for a mistake.");

    private final String id;
    private final String title;
    private final String explanation;

    Code(String id, String title, String explanation) {
        this.id = id;
        this.title = title;
        this.explanation = explanation;
    }

    /** As messages show it: {@code CNN0301}. */
    public String id() {
        return id;
    }

    /** A few words, the heading of the code's page in the documentation. */
    public String title() {
        return title;
    }

    /** A paragraph of Markdown for the code's page in the documentation. */
    public String explanation() {
        return explanation;
    }
}
