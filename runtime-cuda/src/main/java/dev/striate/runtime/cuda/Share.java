package dev.striate.runtime.cuda;

import dev.striate.runtime.cuda.driver.Collective;

/**
 * What a session has of a batch that several devices share.
 *
 * @param collective brings together what the devices compute
 * @param first the number of its first sample in the batch
 * @param weight the share of the samples that it has
 * @param bucket how many bytes of gradients are brought together at once, about
 */
record Share(Collective collective, int first, float weight, long bucket) {}
