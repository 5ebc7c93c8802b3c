package dev.striate.tests;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DynamicTest;

/** Tests that are done several at the same time and reported one by one, in order; each reports how long it was waited for. */
final class Together {
    /** What is tested of something. */
    @FunctionalInterface
    interface Check<T> {
        void of(T subject) throws Exception;
    }

    private Together() {}

    /** A test for each of some things; all begin at once, so many at the same time. */
    static <T> List<DynamicTest> tests(List<T> subjects, int atOnce, Check<T> check) {
        ExecutorService threads = Executors.newFixedThreadPool(
                atOnce, Thread.ofPlatform().daemon().factory());
        List<DynamicTest> tests = subjects.stream()
                .map(subject -> {
                    Future<Void> result = threads.submit(() -> {
                        check.of(subject);
                        return null;
                    });
                    return DynamicTest.dynamicTest(subject.toString(), () -> await(result));
                })
                .toList();
        threads.shutdown();
        return tests;
    }

    /** Fails as the test did; an assumption that did not hold skips. */
    private static void await(Future<Void> result) throws Throwable {
        try {
            result.get();
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
