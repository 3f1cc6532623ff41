/*
 * command.c: starts the command. Runs inside: partly in nsinit, partly in the command's own
 * process before its exec; the functions say which.
 */
#include "command.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <unistd.h>

#include "covers.h"
#include "credentials.h"
#include "descriptors.h"
#include "environment.h"
#include "handover.h"
#include "identity.h"
#include "kernel.h"
#include "lifeline.h"
#include "memory.h"
#include "message.h"
#include "reason.h"
#include "seccomp.h"
#include "status.h"
#include "stdio.h"
#include "terminal.h"

/* What became of the attempt to execute the command: the step under way failed with this. */
struct failure {
	int error;	    /* errno; 0: none */
	int status;	    /* the exit status that follows */
	const char *script; /* where it was one that does not say whose: its name */
	const char *hint;   /* a line of advice, or NULL */
	char reason[REASON_BYTES];
};

static const char no_programs[] =
	"there are no programs in this root filesystem: rootfs/mkrootfs makes one that has some "
	"(busybox, debian, musl, tar FILE, oci LAYOUT)";

/*
 * Sockets that a service manager passed to nsinit, sd_listen_fds(3), are the command's; it takes
 * them only where LISTEN_PID is its own process id.
 */
static char **find_listen_pid(char **variables)
{
	const char name[] = "LISTEN_PID=";
	char number[TEXT_NUMBER];

	for (; *variables; variables++)
		if (!strncmp(*variables, name, strlen(name)))
			return strcmp(*variables + strlen(name), text_number(number, getpid())) != 0
				       ? NULL
				       : variables;
	return NULL;
}

/* Where the rootfs's users are: while it is but explained, it has not been entered, and nothing mounted. */
static int users_root(const struct init *init)
{
	if (message_level != MESSAGE_EXPLAIN)
		return RESOLVE_INSIDE;
	covers_lay(init);
	return init->root ? kernel_open(init->root, O_PATH | O_DIRECTORY) : RESOLVE_INSIDE;
}

void command_prepare(struct command *command, struct init *init)
{
	static char default_shell[] = "/bin/sh";
	struct users_entry entry;
	const struct users_entry *user = identity_find(init, users_root(init), &entry);
	char **words = init->command;

	if (!*words) {
		words = memory_take(2 * sizeof(*words));
		words[0] = user && *user->shell ? memory_keep(user->shell) : default_shell;
	}
	/* As a login does; a number is no login. */
	if (init->root && init->user_word.name && !init->workdir)
		init->workdir = memory_keep(environment_home(user, init->uid));
	command->words = words;
	command->scripts = init->scripts && *init->command;
	command->variables = environment_make(init, user);
	command->listen_pid = find_listen_pid(command->variables);
}

/* In the command's process. */
static bool is_there(const char *path)
{
	struct kernel_status status;

	return kernel_status(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, &status) == 0;
}

/* What the kernel has no format for is a text without a first line that begins with #!, or no text. */
static bool is_script(const char *path)
{
	int file = kernel_open(path, O_RDONLY);
	char start[4] = "";
	ssize_t bytes;

	if (file < 0)
		return false;
	bytes = read(file, start, sizeof(start));
	close(file);
	return bytes >= 0 && memcmp(start, "#!", 2) != 0 && memcmp(start, "\177ELF", 4) != 0;
}

/* As execvp(3) of the other inits' libc does. Returns only on failure. */
static void execute_script(char *path, const struct command *command)
{
	static char shell[] = "/bin/sh";
	/* Of argv: what comes before is nsinit's name or an option, and has been read. */
	char **words = command->words - 1, *name = words[1];

	words[0] = shell;
	words[1] = path;
	execve(shell, words, command->variables);
	words[1] = name;
}

/* In the command's process; returns only on failure. */
static void execute_path(char *path, const struct command *command, struct failure *failure)
{
	execve(path, command->words, command->variables);
	failure->error = errno;
	if (errno == ENOEXEC && is_script(path)) {
		if (command->scripts)
			execute_script(path, command);
		failure->script = path;
		errno = ENOEXEC;
	}
	/* A file that is there but gave ENOENT lacks its interpreter. */
	failure->status = (errno == ENOENT || errno == ENOTDIR) && !is_there(path)
				  ? STATUS_NOT_FOUND
				  : STATUS_CANNOT_EXECUTE;
	if (failure->status == STATUS_CANNOT_EXECUTE && !failure->script)
		failure->hint = reason_of(path, failure->error, failure->reason);
}

/*
 * In the command's process: looks for name in the container's PATH, and not in the launcher's.
 * What was found and cannot be executed is worse news than what is nowhere, so it is kept.
 */
static void execute_name(const char *name, const struct command *command, struct failure *failure)
{
	const char *rest = environment_find(command->variables, "PATH");
	struct failure seen = {.error = ENOENT, .status = STATUS_NOT_FOUND};
	char folder[PATH_MAX], path[PATH_MAX];

	if (!rest)
		rest = ENVIRONMENT_PATH;
	for (bool more = *name; more; rest++) {
		size_t length = strcspn(rest, ":");
		const char *entry = rest;

		rest += length;
		more = *rest;
		if (length < sizeof(folder)) {
			memcpy(folder, entry, length);
			folder[length] = '\0';
			/* An empty entry is the working directory. */
			if (!text_join(path, sizeof(path), folder, length ? "/" : "", name))
				continue;
			execute_path(path, command, failure);
			/* In a folder that one may not search nothing has been found. */
			if (failure->status == STATUS_CANNOT_EXECUTE && is_there(path))
				seen = *failure;
		}
	}
	*failure = seen;
}

/* In the command's process. */
static bool enter_directory(const struct init *init)
{
	char path[PATH_MAX];

	if (!init->workdir || !step("change to the directory ", init->workdir))
		return true;
	if (chdir(init->workdir) < 0)
		return false;
	/* getcwd(2) says "(unreachable)" of a folder that is outside the root: CVE-2024-21626. */
	if (syscall(SYS_getcwd, path, sizeof(path)) >= 0 && *path == '/')
		return true;
	errno = ENOENT;
	return false;
}

/*
 * In the command's process. The launcher's socket, where this process was nsinit, is needed until
 * lifeline_tie has seen that the launcher lives; the exec closes it, and leads nowhere by a path.
 */
static bool close_descriptors(const struct init *init)
{
	int launcher = init->as_pid_1 ? init->launcher : -1;

	return (launcher < 0 || ioctl(launcher, FIOCLEX) == 0) && descriptors_keep(launcher, -1);
}

/*
 * In the command's process: its own group, so that signals of the terminal are its and its children's. False
 * where a step failed.
 */
static bool leave_group(const struct command *command, const struct init *init)
{
	if (init->session) {
		if (!step("begin a session of its own"))
			return true;
		if (setsid() < 0)
			return false;
		if (command->terminal >= 0)
			terminal_take(command->terminal);
	} else if (step("make a process group of its own",
			command->foreground ? ", in the foreground of the terminal" : "")) {
		/* The leader of a session has one, and is refused another: setpgid(2). */
		if (setpgid(0, 0) < 0 && (errno != EPERM || getpgrp() != getpid()))
			return false;
		if (command->foreground)
			terminal_hand_over(command->terminal, getpgrp());
	}
	return true;
}

/* In the command's process: everything that must be its own. False where a step failed. */
static bool become_ready(const struct command *command, const struct init *init)
{
	bool contained = init->root || init->launcher >= 0;

	if (!lifeline_tie_command(command->init) || !leave_group(command, init))
		return false;
	/* Without --root the caller's folder, which the mounts made us leave. */
	if (!init->root && init->directory >= 0 && step("return to the working directory") &&
	    fchdir(init->directory) < 0)
		return false;
	/*
	 * Before anything of the container's is looked up: /proc/self/fd would lead through a
	 * descriptor to the host. Exists since Linux 5.9; where it is refused nothing runs.
	 */
	if (contained && step("close all descriptors but 0, 1 and 2") && !close_descriptors(init))
		return false;
	/* Before the credentials, as Docker does: the folder may be closed to the new user. */
	if (!enter_directory(init))
		return false;
	/*
	 * Without no_new_privs the kernel takes a filter from CAP_SYS_ADMIN only, which the
	 * credentials take away; they are then made under it.
	 */
	if (!init->no_new_privs && !seccomp_attach(init))
		return false;
	/* Root opens what it likes. */
	if (contained && init->uid != ID_NONE && init->uid != 0 &&
	    !stdio_give(geteuid(), init->uid))
		return false;
	if (!credentials_take(init))
		return false;
	if (contained && step("set the default personality") && personality(PER_LINUX) < 0)
		return false;
	/* After the credentials, a change of which forgets it: prctl(2), PR_SET_PDEATHSIG. */
	if (init->as_pid_1)
		lifeline_tie(init);
	else if (!lifeline_tie_command(command->init))
		return false;
	/* After no_new_privs, which it takes, and all that is looked up or written elsewhere. */
	if (!landlock_restrict(init))
		return false;
	/* Last of all, so that a filter need not allow what only the steps above need. */
	return !init->no_new_privs || seccomp_attach(init);
}

/* In the command's process. Returns only on failure, or where it was but explained. */
static void execute(const struct command *command, const struct init *init, struct failure *failure)
{
	char listen_pid[11 + TEXT_NUMBER], number[TEXT_NUMBER];
	char *name = *command->words;

	failure->status = message_failure;
	if (!become_ready(command, init)) {
		failure->error = errno;
		if (failure->error == EPERM)
			failure->hint = credentials_missing();
		return;
	}
	if (!step("execute ", name))
		return;
	if (init->argv0)
		command->words[0] = init->argv0;
	if (command->listen_pid) {
		text_join(listen_pid, sizeof(listen_pid),
			  "LISTEN_PID=", text_number(number, getpid()));
		*command->listen_pid = listen_pid;
	}
	/* Very last: from here on signals act on this process as on the command. */
	if (!signals_give_back(&command->signals)) {
		failure->error = errno;
		return;
	}
	if (strchr(name, '/'))
		execute_path(name, command, failure);
	else
		execute_name(name, command, failure);
	if (failure->status == STATUS_NOT_FOUND && init->root && !is_there("/bin") &&
	    !is_there("/usr"))
		failure->hint = no_programs;
	/* As it was written: what was found lies on a stack that is gone. */
	if (failure->script)
		failure->script = name;
}

/* In the command's process, which cannot be the command. */
static noreturn void give_up(const struct failure *failure)
{
	if (message_level == MESSAGE_EXPLAIN)
		_exit(STATUS_OK);
	if (failure->script)
		message_error(failure->error, NULL,
			      TEXT_WORDS("cannot execute ", failure->script,
					 ", which has no line #!INTERPRETER"));
	else
		step_error(failure->error,
			   failure->hint ? failure->hint
			   : failure->error == ENOSYS
				   ? "a call that it takes is missing: one of Linux "
				     "5.9, or 6.2 for Landlock"
				   : NULL);
	_exit(failure->status);
}

pid_t command_start(const struct command *command, const struct init *init)
{
	/* Volatile: the child, which shares our memory until its exec, writes it; vfork(2). */
	volatile bool failed = false;
	struct failure failure = {0};
	pid_t pid;

	if (!step("start a process for the command"))
		command_become(command, init);
	/*
	 * vfork and not fork: nothing is copied that the exec throws away. We go on when the exec
	 * is done or has failed, so that the group is made and the outcome known by then.
	 */
	pid = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
	if (pid == 0) {
		/* NOLINTNEXTLINE(clang-analyzer-unix.Vfork): what it calls only makes system calls */
		execute(command, init, &failure);
		failed = true;
		give_up(&failure);
	}
	if (pid < 0)
		step_failed(NULL);
	if (failed)
		_exit(failure.status);
	return pid;
}

noreturn void command_become(const struct command *command, const struct init *init)
{
	struct failure failure = {0};

	execute(command, init, &failure);
	give_up(&failure);
}
