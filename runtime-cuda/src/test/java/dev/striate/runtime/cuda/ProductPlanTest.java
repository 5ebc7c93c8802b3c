package dev.striate.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.striate.runtime.cuda.RecordingCuda.Way;
import dev.striate.runtime.cuda.driver.Blas;
import dev.striate.runtime.cuda.driver.RefusedException;
import dev.striate.runtime.cuda.kernel.Call;
import dev.striate.runtime.cuda.kernel.Element;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cuBLASLt is told of the places of its operands. */
class ProductPlanTest {
    private static final long PAGE = RecordingCuda.PAGE;
    private static final Call.Product CALL = new Call.Product(2, 3, 4, Element.FLOAT32, false, true, 0, 1, -1, false);

    private final RecordingCuda cuda =
            new RecordingCuda().withWays(List.of(), List.of(new Way(0, 1, 500), new Way(1, 1, 100), new Way(2, 1, 0)));

    private List<String> run(ProductPlan plan, long first, long second, long result) {
        plan.run(first, second, 0, 0, result, PAGE + 4, 0);
        return cuda.take();
    }

    @Test
    void operandsThatBeginAtSixteenBytesAreSaidTo() {
        try (ProductPlan plan = new ProductPlan(cuda, CALL, false, false, false)) {
            assertThat(plan.workspace()).isEqualTo(500 + 255);
            assertThat(run(plan, 2 * PAGE, 3 * PAGE + 16, 4 * PAGE))
                    .containsExactly("product [3, 2, 4], a' with 3+16, 2, none, 4");
        }
        assertThat(cuda.take()).containsExactly("free product [3, 2, 4], a'");
    }

    /** The library has the matrices the other way round. */
    @Test
    void whatBeginsElsewhereIsSaidForEachOperand() {
        try (ProductPlan plan = new ProductPlan(cuda, CALL, false, false, false)) {
            for (int again = 0; again < 2; again++) {
                assertThat(run(plan, 2 * PAGE + 4, 3 * PAGE, 4 * PAGE))
                        .containsExactly("product [3, 2, 4], a', Alignment[a=16, b=4, d=16] with 3, 2+4, none, 4");
                assertThat(run(plan, 2 * PAGE, 3 * PAGE + 12, 4 * PAGE))
                        .containsExactly("product [3, 2, 4], a', Alignment[a=4, b=16, d=16] with 3+12, 2, none, 4");
                assertThat(run(plan, 2 * PAGE, 3 * PAGE, 4 * PAGE + 8))
                        .containsExactly("product [3, 2, 4], a', Alignment[a=16, b=16, d=4] with 3, 2, none, 4+8");
            }
        }
        assertThat(cuda.take()).as("one for each").hasSize(4).allMatch(call -> call.startsWith("free product"));
    }

    /** Scratch memory was planned before it was known where operands lie. */
    @Test
    void whatBeginsElsewhereTakesNoMoreScratchMemory() {
        try (ProductPlan plan = new ProductPlan(cuda, CALL, false, false, true)) {
            plan.take("1");
            assertThat(run(plan, 2 * PAGE, 3 * PAGE, 4 * PAGE + 8))
                    .containsExactly("product [3, 2, 4], a', Alignment[a=16, b=16, d=4] by 1 with 3, 2, none, 4+8");
        }
    }

    /** In the deterministic mode, the one that is planned as well as the one for operands that begin elsewhere. */
    @Test
    void waysThatAddUpInTheResultsPlaceAreNotTakenWhereBitsMustBeTheSame() {
        List<Way> ways = List.of(new Way(0, 1, 500, false), new Way(1, 1, 400), new Way(2, 1, 0, false));
        cuda.withWays(List.of(), ways);
        for (boolean measures : new boolean[] {false, true}) {
            try (ProductPlan plan = new ProductPlan(cuda, CALL, false, true, measures)) {
                assertThat(plan.ways()).hasSize(1);
                assertThat(run(plan, 2 * PAGE, 3 * PAGE, 4 * PAGE)).allMatch(call -> call.contains(" by 1 with"));
                assertThat(run(plan, 2 * PAGE, 3 * PAGE, 4 * PAGE + 8)).allMatch(call -> call.contains(" by 1 with"));
            }
            cuda.take();
        }
        try (ProductPlan plan = new ProductPlan(cuda, CALL, false, false, true)) {
            assertThat(plan.ways()).hasSize(3);
        }
    }

    @Test
    void theStandInRefusesWhatIsNotWhereItWasSaidToBe() {
        Blas.Product product = new Blas.Product(3, 2, 4, Element.FLOAT32, false, true, false, false, false);
        long way = cuda.prepare(product, new Blas.Alignment(16, 4, 16), new Blas.Limits(1000, true), 1)
                .getFirst();
        cuda.multiply(way, PAGE, PAGE + 4, 0, PAGE, PAGE, 0);
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> cuda.multiply(way, PAGE + 4, PAGE, 0, PAGE, PAGE, 0));
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> cuda.multiply(way, PAGE, PAGE, 0, PAGE + 4, PAGE, 0));
    }
}
