/*
 * message.c: what the programs say. Runs in every process of both programs.
 *
 * No stdio: it is most of what a small static program would weigh. A line is put together in a
 * buffer and written at once, so that lines of several processes do not mix.
 */
#include "message.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "status.h"

enum { LINE_BYTES = 1024, STEP_WORDS = 24, STEP_NUMBERS = 2 };

const char *message_program = "nsinit";
enum message_level message_level = MESSAGE_NORMAL;
int message_failure = STATUS_FAILED;

/* Put together only where they are said: most steps are silent, and there are many in a launch. */
static const char *step_words[STEP_WORDS];
static char step_numbers[STEP_NUMBERS][TEXT_NUMBER];

static const char cannot_print[] = "cannot write to the standard output";

struct line {
	char text[LINE_BYTES];
	size_t length;
};

/*
 * Adds text, with control characters shown as `?`: an argument that holds a newline must not
 * make two lines of one, nor one with an escape sequence talk to the terminal.
 */
static void line_add(struct line *line, const char *text)
{
	for (; *text && line->length < sizeof(line->text) - 1; text++) {
		unsigned char c = (unsigned char)*text;

		line->text[line->length++] = c < ' ' || c == 0x7f ? '?' : (char)c;
	}
}

static void line_add_words(struct line *line, const char *const *words)
{
	while (*words)
		line_add(line, *words++);
}

/*
 * The signal that a write of ours has just raised is taken back: it would end us, or, where we live with
 * all signals blocked, stay and look like somebody's that is to be forwarded. The kernel raises it for
 * the writing thread itself, and hands out such a signal before one that was sent to the process.
 */
static void take_back(uint64_t raised)
{
	const long at_once[2] = {0, 0};
	siginfo_t info;
	int signal = kernel_sigtimedwait(&raised, &info, at_once);

	/* EAGAIN: there was none. Somebody's own goes back to where it waited. */
	if (signal > 0 && info.si_code <= 0 && info.si_pid != getpid())
		kernel_sigqueueinfo(getpid(), signal, &info);
}

static bool write_all(int descriptor, const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(descriptor, text, length);

		if (written == 0)
			errno = ENOSPC;
		if (written <= 0 && errno != EINTR)
			return false;
		if (written > 0) {
			text += written;
			length -= (size_t)written;
		}
	}
	return true;
}

/* False and errno where nobody reads, or there is no room. Raises no signal. */
static bool line_write(struct line *line, int descriptor)
{
	const uint64_t raised = UINT64_C(1) << (SIGPIPE - 1) | UINT64_C(1) << (SIGXFSZ - 1);
	uint64_t mask;
	bool blocked, done;
	int error;

	line->text[line->length++] = '\n';
	/* Where a filter refuses it (the command's process has the user's), it is said all the same. */
	blocked = kernel_sigprocmask(SIG_BLOCK, &raised, &mask) == 0;
	done = write_all(descriptor, line->text, line->length);
	error = errno;
	if (!done && blocked && (error == EPIPE || error == EFBIG))
		take_back(raised);
	if (blocked && kernel_sigprocmask(SIG_SETMASK, &mask, NULL) < 0)
		return false;
	errno = error;
	return done;
}

static bool write_message(int descriptor, const char *first, const char *const *words, int error)
{
	struct line line = {.length = 0};

	line_add(&line, message_program);
	line_add(&line, ": ");
	line_add(&line, first);
	line_add_words(&line, words);
	if (error) {
		line_add(&line, ": ");
		line_add(&line, strerror(error));
	}
	return line_write(&line, descriptor);
}

/* Where standard error is closed or full there is nobody to tell. */
static void write_error(const char *first, const char *const *words, int error, const char *hint)
{
	write_message(STDERR_FILENO, first, words, error);
	if (hint)
		write_message(STDERR_FILENO, "", TEXT_WORDS(hint), 0);
}

void message_error(int error, const char *hint, const char *const *words)
{
	write_error("", words, error, hint);
}

noreturn void message_die(int error, const char *hint, const char *const *words)
{
	message_error(error, hint, words);
	_exit(message_failure);
}

void message_note(const char *const *words)
{
	if (message_level == MESSAGE_VERBOSE)
		write_message(STDERR_FILENO, "", words, 0);
}

bool message_step(const char *const *words)
{
	size_t count = 0;

	for (; count < STEP_WORDS - 1 && words[count]; count++)
		step_words[count] = words[count];
	step_words[count] = NULL;
	if (message_level == MESSAGE_EXPLAIN && !write_message(STDOUT_FILENO, "", step_words, 0))
		die_errno(cannot_print);
	if (message_level == MESSAGE_VERBOSE)
		write_message(STDERR_FILENO, "", step_words, 0);
	return message_level != MESSAGE_EXPLAIN;
}

const char *step_number(int64_t number)
{
	static unsigned int next;

	return text_number(step_numbers[next++ % STEP_NUMBERS], number);
}

void step_error(int error, const char *hint)
{
	write_error("cannot ", step_words, error, hint);
}

noreturn void step_failed(const char *hint)
{
	step_error(errno, hint);
	_exit(message_failure);
}

void message_print(const char *const *words)
{
	struct line line = {.length = 0};

	line_add_words(&line, words);
	if (!line_write(&line, STDOUT_FILENO))
		die_errno(cannot_print);
}
