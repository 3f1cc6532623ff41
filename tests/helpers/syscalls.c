/*
 * syscalls.c: makes system calls and says what became of each, to try a seccomp filter out.
 *
 * Usage: syscalls CALL...
 *   NUMBER[:ARGUMENT]...        of the machine's own calls; numbers as in C, 0x5412
 *   i386:NUMBER[:ARGUMENT]...   by int 0x80, as a 32-bit program makes it; five arguments (x86-64)
 *   fork:CALL                   in a child, which then ends: for what makes one a different process
 *   threads                     a thread is started and joined
 *
 * A line for each: 0 where it did what it was asked for, else the name of the error. A call that
 * returns a child's process id says 0 in the parent; the child ends at once.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS = 7, ERRORS_MOST = 4095 };

static long call_i386(const unsigned long *words)
{
#ifdef __x86_64__
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(words[0]), "b"(words[1]), "c"(words[2]), "d"(words[3]),
			   "S"(words[4]), "D"(words[5])
			 : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
#else
	(void)words;
	return -ENOSYS;
#endif
}

static long call_own(const unsigned long *words)
{
	long result =
		syscall((long)words[0], words[1], words[2], words[3], words[4], words[5], words[6]);

	return result < 0 ? -errno : result;
}

static void *run_thread(void *answer)
{
	*(int *)answer = 1;
	return NULL;
}

static long start_thread(void)
{
	pthread_t thread;
	int answer = 0, error = pthread_create(&thread, NULL, run_thread, &answer);

	if (!error)
		error = pthread_join(thread, NULL);
	return error ? -error : answer - 1;
}

static const char *name_of(long error)
{
	switch (error) {
	case 0:
		return "0";
	case EPERM:
		return "EPERM";
	case ENOSYS:
		return "ENOSYS";
	case EINVAL:
		return "EINVAL";
	case EFAULT:
		return "EFAULT";
	case EBADF:
		return "EBADF";
	}
	return strerror((int)error);
}

static void say(long result)
{
	puts(name_of(result < 0 && result >= -ERRORS_MOST ? -result : 0));
	fflush(stdout);
}

static void make_call(char *text)
{
	unsigned long words[ARGUMENTS] = {0};
	char *rest = NULL;
	pid_t self = getpid();
	long result;
	int i386 = !strncmp(text, "i386:", 5), count = 0;

	for (char *word = strtok_r(text + 5 * i386, ":", &rest); word && count < ARGUMENTS;
	     word = strtok_r(NULL, ":", &rest))
		words[count++] = strtoul(word, NULL, 0);
	result = i386 ? call_i386(words) : call_own(words);
	if (getpid() != self || (result == 0 && !i386 && words[0] == SYS_clone))
		_exit(0);
	say(result);
}

static void make_call_in_child(char *text)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		make_call(text);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		puts(strsignal(WTERMSIG(status)));
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "threads"))
			say(start_thread());
		else if (!strncmp(argv[i], "fork:", 5))
			make_call_in_child(argv[i] + 5);
		else
			make_call(argv[i]);
	return 0;
}
