package dev.striate.runtime.cuda;

/**
 * What a session has of a batch that several devices share.
 *
 * @param communicators bring together what the devices compute
 * @param device which of them it is
 * @param first the number of its first sample in the batch
 * @param weight the share of the samples that it has
 * @param bucket how many bytes of gradients are brought together at once, about
 */
record Share(Communicators communicators, int device, int first, float weight, long bucket) {}
