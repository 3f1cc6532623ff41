/*
 * filter.c: reads a compiled seccomp filter. Runs in nslaunch, outside, before anything is made, and
 * in nsinit for the same bytes or for somebody else's.
 */
#include "filter.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <linux/seccomp.h>

#include "memory.h"
#include "message.h"

/*
 * The codes that the kernel takes in a seccomp filter: net/core/filter.c, kernel/seccomp.c. It refuses
 * besides, when the filter is attached, to read a word of memory that has not been written.
 */
static bool code_is_known(const struct sock_filter *instruction)
{
	switch (instruction->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return instruction->k < sizeof(struct seccomp_data) && instruction->k % 4 == 0;
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
		return instruction->k < BPF_MEMWORDS;
	case BPF_ALU | BPF_DIV | BPF_K:
		return instruction->k != 0;
	case BPF_ALU | BPF_LSH | BPF_K:
	case BPF_ALU | BPF_RSH | BPF_K:
		return instruction->k < 32;
	}
	if (BPF_CLASS(instruction->code) == BPF_ALU && instruction->code < 0x100)
		/* By K and by X all but modulo and what is none; there is one way to negate. */
		return BPF_OP(instruction->code) < BPF_NEG ||
		       BPF_OP(instruction->code) == BPF_XOR ||
		       instruction->code == (BPF_ALU | BPF_NEG);
	if (BPF_CLASS(instruction->code) == BPF_JMP && instruction->code < 0x100)
		return BPF_OP(instruction->code) <= BPF_JSET &&
		       instruction->code != (BPF_JMP | BPF_JA | BPF_X);
	return instruction->code == (BPF_LD | BPF_W | BPF_LEN) ||
	       instruction->code == (BPF_LDX | BPF_W | BPF_LEN) ||
	       instruction->code == (BPF_LD | BPF_IMM) ||
	       instruction->code == (BPF_LDX | BPF_IMM) || instruction->code == (BPF_RET | BPF_K) ||
	       instruction->code == (BPF_RET | BPF_A) ||
	       instruction->code == (BPF_MISC | BPF_TAX) ||
	       instruction->code == (BPF_MISC | BPF_TXA);
}

/* Forward, and to an instruction that there is: `left` follow. */
static bool jumps_stay_inside(const struct sock_filter *instruction, size_t left)
{
	if (BPF_CLASS(instruction->code) != BPF_JMP)
		return true;
	if (BPF_OP(instruction->code) == BPF_JA)
		return instruction->k < left;
	return instruction->jt < left && instruction->jf < left;
}

static void check(const struct sock_filter *instructions, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		char number[TEXT_NUMBER];

		text_number(number, (int64_t)i + 1);
		if (!code_is_known(&instructions[i]))
			die("--seccomp ", name, ": it is no filter: instruction ", number,
			    " is none that seccomp takes");
		if (!jumps_stay_inside(&instructions[i], count - 1 - i))
			die("--seccomp ", name, ": it is no filter: instruction ", number,
			    " jumps out of it");
	}
	if (BPF_CLASS(instructions[count - 1].code) != BPF_RET)
		die("--seccomp ", name, ": it is no filter: its last instruction is no return");
}

/* Its end, or as much as there is room for. */
static size_t read_all(int descriptor, char *bytes, size_t room, const char *name)
{
	size_t length = 0;
	ssize_t part;

	while (length < room && (part = read(descriptor, bytes + length, room - length)) != 0) {
		if (part > 0)
			length += (size_t)part;
		else if (errno != EINTR)
			die_errno("--seccomp ", name);
	}
	return length;
}

struct sock_fprog filter_read(int descriptor, const char *name)
{
	const size_t most = BPF_MAXINSNS * sizeof(struct sock_filter);
	/* One byte more tells that there is more, and one ends it where it is read as a text. */
	struct sock_filter *instructions = memory_take(most + 2);
	const char *text = (const char *)instructions;
	size_t length = read_all(descriptor, (char *)instructions, most + 1, name);

	memory_give_back(instructions, length + 1);
	if (length == 0)
		die("--seccomp ", name, ": it is empty");
	if (text[strspn(text, " \t\r\n")] == '{')
		die("--seccomp ", name,
		    ": it is a profile in JSON; nslaunch-seccomp PROFILE >FILTER makes a filter");
	if (length > most)
		die("--seccomp ", name, ": it is longer than a filter can be: 4096 instructions");
	if (length % sizeof(*instructions))
		die("--seccomp ", name,
		    ": it is no filter, or not all of it: its length is no multiple of 8");
	check(instructions, length / sizeof(*instructions), name);
	return (struct sock_fprog){
		.len = (unsigned short)(length / sizeof(*instructions)),
		.filter = instructions,
	};
}
