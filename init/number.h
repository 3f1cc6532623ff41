/*
 * number.h: strict reading of numbers: digits only, no sign, no space, no overflow.
 *
 * strtoul(3) takes "-1" for the largest number; an id that overflows must never become another
 * id or a name (CVE-2026-30892).
 */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* Base 10 or 16 (lower case). True, and *number set, only where text is a number up to most. */
static inline bool number_parse(const char *text, unsigned int base, uint64_t most,
				uint64_t *number)
{
	uint64_t value = 0;

	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned int digit = *text >= '0' && *text <= '9' ? (unsigned int)(*text - '0')
				     : *text >= 'a' && *text <= 'f'
					     ? (unsigned int)(*text - 'a') + 10
					     : 16;

		if (digit >= base || value > (most - digit) / base)
			return false;
		value = value * base + digit;
	}
	*number = value;
	return true;
}

#endif
