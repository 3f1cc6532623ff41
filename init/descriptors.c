/*
 * descriptors.c: which descriptors a process of ours keeps. Runs inside: in nsinit, and in the command's
 * process.
 */
#include "descriptors.h"

#include <limits.h>

#include "kernel.h"

bool descriptors_keep(int one, int other)
{
	const int kept[] = {one < other ? one : other, one < other ? other : one};
	int first = 3;

	for (int i = 0; i < 2; i++) {
		if (kept[i] < first)
			continue;
		if (kept[i] > first &&
		    kernel_close_range((unsigned int)first, (unsigned int)kept[i] - 1, 0) < 0)
			return false;
		first = kept[i] + 1;
	}
	return kernel_close_range((unsigned int)first, UINT_MAX, 0) == 0;
}
