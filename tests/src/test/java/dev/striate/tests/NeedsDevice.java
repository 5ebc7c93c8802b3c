package dev.striate.tests;

import dev.striate.runtime.backend.Backends;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Skips each method where there is no device. Reports then name all of them; those of tests that are made at run time would be missing if an
 * assumption failed before they are made.
 */
final class NeedsDevice implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getTestMethod().isEmpty() || Backends.whyNoCuda().isEmpty()
                ? ConditionEvaluationResult.enabled("there is a device, or a class is looked at")
                : ConditionEvaluationResult.disabled("not run on a device: " + Backends.whyNoCuda());
    }
}
