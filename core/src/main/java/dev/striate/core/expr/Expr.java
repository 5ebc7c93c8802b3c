package dev.striate.core.expr;

/**
 * What an element-wise operator computes for one element: a small expression over its operands. Backends turn it into
 * loops; the compiler differentiates it. Equality is structural.
 */
public sealed interface Expr {
    /** Operand {@code index}'s element. */
    record Arg(int index) implements Expr {}

    /** A number. */
    record Const(double value) implements Expr {}

    /** A function of one expression. */
    record Unary(UnaryFunction function, Expr a) implements Expr {}

    /** A function of two expressions. */
    record Binary(BinaryFunction function, Expr a, Expr b) implements Expr {}

    /** Functions of one number. */
    enum UnaryFunction {
        /** {@code -a}. */
        NEG {
            @Override
            public double apply(double a) {
                return -a;
            }
        },
        /** The hyperbolic tangent. */
        TANH {
            @Override
            public double apply(double a) {
                return Math.tanh(a);
            }
        },
        /** The logistic function {@code 1 / (1 + exp(-a))}, without overflow at either end. */
        SIGMOID {
            @Override
            public double apply(double a) {
                double e = Math.exp(-Math.abs(a));
                return a >= 0 ? 1 / (1 + e) : e / (1 + e);
            }
        };

        /** The value of the function, in float64. */
        public abstract double apply(double a);
    }

    /** Functions of two numbers. */
    enum BinaryFunction {
        /** {@code a + b}. */
        ADD {
            @Override
            public double apply(double a, double b) {
                return a + b;
            }
        },
        /** {@code a - b}. */
        SUB {
            @Override
            public double apply(double a, double b) {
                return a - b;
            }
        },
        /** {@code a * b}. */
        MUL {
            @Override
            public double apply(double a, double b) {
                return a * b;
            }
        },
        /** The larger of the two; {@code b} when they are equal; NaN when either is. */
        MAX {
            @Override
            public double apply(double a, double b) {
                return Math.max(a, b);
            }
        },
        /** 1 where {@code a > b}, else 0. */
        GREATER {
            @Override
            public double apply(double a, double b) {
                return a > b ? 1 : 0;
            }
        };

        /** The value of the function, in float64. */
        public abstract double apply(double a, double b);
    }

    /** Operand {@code index}. */
    static Expr arg(int index) {
        return new Arg(index);
    }

    /** The number {@code value}. */
    static Expr constant(double value) {
        return new Const(value);
    }

    /** The hyperbolic tangent of {@code a}. */
    static Expr tanh(Expr a) {
        return new Unary(UnaryFunction.TANH, a);
    }

    /** The logistic function of {@code a}. */
    static Expr sigmoid(Expr a) {
        return new Unary(UnaryFunction.SIGMOID, a);
    }

    /** The larger of {@code a} and {@code b}. */
    static Expr max(Expr a, Expr b) {
        return new Binary(BinaryFunction.MAX, a, b);
    }

    /** {@code this + b}. */
    default Expr plus(Expr b) {
        return isZero(this) ? b : isZero(b) ? this : new Binary(BinaryFunction.ADD, this, b);
    }

    /** {@code this - b}. */
    default Expr minus(Expr b) {
        return isZero(b) ? this : isZero(this) ? b.negate() : new Binary(BinaryFunction.SUB, this, b);
    }

    /** {@code this * b}. */
    default Expr times(Expr b) {
        if (isZero(this) || isZero(b)) {
            return new Const(0);
        }
        return isOne(this) ? b : isOne(b) ? this : new Binary(BinaryFunction.MUL, this, b);
    }

    /** {@code -this}. */
    default Expr negate() {
        return new Unary(UnaryFunction.NEG, this);
    }

    /** The value for the given operands, in float64. */
    default double eval(double... args) {
        return switch (this) {
            case Arg(int index) -> args[index];
            case Const(double value) -> value;
            case Unary(UnaryFunction f, Expr a) -> f.apply(a.eval(args));
            case Binary(BinaryFunction f, Expr a, Expr b) -> f.apply(a.eval(args), b.eval(args));
        };
    }

    /**
     * The derivative with respect to operand {@code index}. Where it does not exist, one of the one-sided derivatives:
     * for {@code max} that of {@code b} at a tie, so that relu's is 0 at 0.
     */
    default Expr derivative(int index) {
        return switch (this) {
            case Arg(int i) -> new Const(i == index ? 1 : 0);
            case Const c -> new Const(0);
            case Unary(UnaryFunction f, Expr a) -> slope(f).times(a.derivative(index));
            case Binary(BinaryFunction f, Expr a, Expr b) ->
                switch (f) {
                    case ADD -> a.derivative(index).plus(b.derivative(index));
                    case SUB -> a.derivative(index).minus(b.derivative(index));
                    case MUL -> a.derivative(index).times(b).plus(a.times(b.derivative(index)));
                    case MAX -> {
                        // max(a, b) > b exactly when a > b; said through the result, which is what relu's gradient
                        // needs.
                        Expr first = new Binary(BinaryFunction.GREATER, this, b);
                        yield first.times(a.derivative(index))
                                .plus(new Const(1).minus(first).times(b.derivative(index)));
                    }
                    case GREATER -> new Const(0);
                };
        };
    }

    private Expr slope(UnaryFunction f) {
        return switch (f) {
            case NEG -> new Const(-1);
            case TANH -> new Const(1).minus(this.times(this));
            case SIGMOID -> this.times(new Const(1).minus(this));
        };
    }

    /** This expression with every occurrence of {@code from} replaced by {@code to}. */
    default Expr replace(Expr from, Expr to) {
        if (equals(from)) {
            return to;
        }
        return switch (this) {
            case Arg a -> a;
            case Const c -> c;
            case Unary(UnaryFunction f, Expr a) -> new Unary(f, a.replace(from, to));
            case Binary(BinaryFunction f, Expr a, Expr b) -> new Binary(f, a.replace(from, to), b.replace(from, to));
        };
    }

    /** Whether operand {@code index} occurs in this expression. */
    default boolean uses(int index) {
        return switch (this) {
            case Arg(int i) -> i == index;
            case Const c -> false;
            case Unary(UnaryFunction f, Expr a) -> a.uses(index);
            case Binary(BinaryFunction f, Expr a, Expr b) -> a.uses(index) || b.uses(index);
        };
    }

    private static boolean isZero(Expr e) {
        return e instanceof Const(double value) && value == 0;
    }

    private static boolean isOne(Expr e) {
        return e instanceof Const(double value) && value == 1;
    }
}
