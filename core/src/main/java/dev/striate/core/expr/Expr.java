package dev.striate.core.expr;

import java.util.function.IntUnaryOperator;

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
        },
        /** {@code log(1 + exp(a))}, without overflow. */
        SOFTPLUS {
            @Override
            public double apply(double a) {
                return Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));
            }
        },
        /** The exponential function. */
        EXP {
            @Override
            public double apply(double a) {
                return Math.exp(a);
            }
        },
        /** The natural logarithm; -infinity at 0, NaN below. */
        LOG {
            @Override
            public double apply(double a) {
                return Math.log(a);
            }
        },
        /** The square root; NaN below 0. */
        SQRT {
            @Override
            public double apply(double a) {
                return Math.sqrt(a);
            }
        },
        /** The absolute value. */
        ABS {
            @Override
            public double apply(double a) {
                return Math.abs(a);
            }
        },
        /** The error function; see {@link Erf}. */
        ERF {
            @Override
            public double apply(double a) {
                return Erf.erf(a);
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
        /** {@code a / b}. */
        DIV {
            @Override
            public double apply(double a, double b) {
                return a / b;
            }
        },
        /** The smaller of the two; {@code b} when they are equal; NaN when either is. */
        MIN {
            @Override
            public double apply(double a, double b) {
                return Math.min(a, b);
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

    /** {@code log(1 + exp(a))}. */
    static Expr softplus(Expr a) {
        return new Unary(UnaryFunction.SOFTPLUS, a);
    }

    /** The exponential function of {@code a}. */
    static Expr exp(Expr a) {
        return new Unary(UnaryFunction.EXP, a);
    }

    /** The natural logarithm of {@code a}. */
    static Expr log(Expr a) {
        return new Unary(UnaryFunction.LOG, a);
    }

    /** The square root of {@code a}. */
    static Expr sqrt(Expr a) {
        return new Unary(UnaryFunction.SQRT, a);
    }

    /** The absolute value of {@code a}. */
    static Expr abs(Expr a) {
        return new Unary(UnaryFunction.ABS, a);
    }

    /** The error function of {@code a}. */
    static Expr erf(Expr a) {
        return new Unary(UnaryFunction.ERF, a);
    }

    /** The smaller of {@code a} and {@code b}. */
    static Expr min(Expr a, Expr b) {
        return new Binary(BinaryFunction.MIN, a, b);
    }

    /** 1 where {@code a > b}, else 0. */
    static Expr greater(Expr a, Expr b) {
        return new Binary(BinaryFunction.GREATER, a, b);
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

    /** {@code this / b}. */
    default Expr over(Expr b) {
        return isZero(this) || isOne(b) ? this : new Binary(BinaryFunction.DIV, this, b);
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
     * for {@code max} and {@code min} that of {@code b} at a tie, so that relu's is 0 at 0; for {@code abs} 0 at 0.
     */
    default Expr derivative(int index) {
        return switch (this) {
            case Arg(int i) -> new Const(i == index ? 1 : 0);
            case Const c -> new Const(0);
            case Unary(UnaryFunction f, Expr a) -> slope(f, a).times(a.derivative(index));
            case Binary(BinaryFunction f, Expr a, Expr b) -> derivative(f, a, b, index);
        };
    }

    private Expr derivative(BinaryFunction f, Expr a, Expr b, int index) {
        Expr da = a.derivative(index);
        Expr db = b.derivative(index);
        return switch (f) {
            case ADD -> da.plus(db);
            case SUB -> da.minus(db);
            case MUL -> da.times(b).plus(a.times(db));
            case DIV -> da.minus(times(db)).over(b);
            // max(a, b) > b exactly when a > b; said through the result, which is what relu's gradient needs.
            case MAX -> choice(greater(this, b), chosen(a, da), db);
            case MIN -> choice(greater(b, this), chosen(a, da), db);
            case GREATER -> new Const(0);
        };
    }

    /** The derivative of {@code a} where this is {@code a}: said through the result, which is what clip's gradient needs. */
    private Expr chosen(Expr a, Expr derivative) {
        boolean isLimited = a instanceof Binary(BinaryFunction f, var x, var y)
                && (f == BinaryFunction.MAX || f == BinaryFunction.MIN);
        return isLimited ? derivative.replace(a, this) : derivative;
    }

    /** One where {@code first} is 1, the other where it is 0. */
    private static Expr choice(Expr first, Expr one, Expr other) {
        return first.times(one).plus(new Const(1).minus(first).times(other));
    }

    private Expr slope(UnaryFunction f, Expr a) {
        return switch (f) {
            case NEG -> new Const(-1);
            case TANH -> new Const(1).minus(this.times(this));
            case SIGMOID -> this.times(new Const(1).minus(this));
            case SOFTPLUS -> sigmoid(a);
            case EXP -> this;
            case LOG -> new Const(1).over(a);
            case SQRT -> new Const(0.5).over(this);
            case ABS -> greater(a, new Const(0)).minus(greater(new Const(0), a));
            case ERF -> new Const(2 / Math.sqrt(Math.PI)).times(exp(a.times(a).negate()));
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

    /** This expression with each operand's number replaced by what {@code number} gives for it. */
    default Expr renumber(IntUnaryOperator number) {
        return switch (this) {
            case Arg(int index) -> new Arg(number.applyAsInt(index));
            case Const c -> c;
            case Unary(UnaryFunction f, Expr a) -> new Unary(f, a.renumber(number));
            case Binary(BinaryFunction f, Expr a, Expr b) -> new Binary(f, a.renumber(number), b.renumber(number));
        };
    }

    /** How many functions, operands and constants it is written with. */
    default int size() {
        return switch (this) {
            case Arg a -> 1;
            case Const c -> 1;
            case Unary(UnaryFunction f, Expr a) -> 1 + a.size();
            case Binary(BinaryFunction f, Expr a, Expr b) -> 1 + a.size() + b.size();
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
