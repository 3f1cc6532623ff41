/*
 * list-capabilities.c: prints the names of all capabilities, one a line, in the order of their numbers,
 * as C strings. Runs once, while nslaunch is built: libcap knows the names, and linked into nslaunch it
 * would ask the kernel a dozen questions at each start.
 */
#include <stdio.h>
#include <string.h>
#include <sys/capability.h>

int main(void)
{
	for (cap_value_t capability = 0; capability <= CAP_LAST_CAP; capability++) {
		char *name = cap_to_name(capability);

		/* One that it has no name for is given back as a number. */
		if (!name || strncmp(name, "cap_", 4) != 0)
			return 1;
		printf("\"%s\",\n", name + 4);
		cap_free(name);
	}
	return 0;
}
