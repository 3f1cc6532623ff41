# shellcheck shell=bash
# What the tests with real container engines share: a place where an engine writes to nothing of
# the machine's, and the checks that are the same for each.
# The test file owns the engine: engine ARG... calls it, and never for long; OPTIONS are for every
# "run", and FORM is how nsinit gets into the container: more options, and the image. Needs lib.sh.
# shellcheck disable=SC2016,SC2034,SC2154 # a shell inside; used by the files; set by them

CGROUP=nstest-$$ # below it the engine makes those of its containers
ID=              # the container that start started

# why_not PROGRAM...: prints why an engine cannot run here; nothing when it can.
why_not() {
	local program
	if [ -z "$IS_ROOT" ]; then
		echo 'engines are run by root'
	elif ! unshare --mount true 2>/dev/null; then
		echo 'the engines mount, and here root may not (CAP_SYS_ADMIN)'
	else
		for program in "$@"; do
			command -v "$program" >/dev/null || echo "$program is not installed"
		done | head -n 1
	fi
}

# cannot_run && return: counts the test function as skipped, for the REASON.
cannot_run() { [ -n "$REASON" ] && skip "$REASON"; }

# enter: starts the file again in a mount namespace of its own. The engines keep to the folders
# they are told, except for a few below /run (sockets of shims, state of runc) and the ones that
# are hidden by name; in here those are empty and their contents end with the file.
enter() {
	if [ -z "${CLIENTS_ENTERED:-}" ]; then
		exec env CLIENTS_ENTERED=yes NSTEST_WORK="$WORK" unshare --mount "$BASH" "$0"
	fi
	unset CLIENTS_ENTERED
	hide /run
}

# hide FOLDER: makes it an empty one, for this file and what it starts.
HIDDEN=()
hide() {
	if [ ! -d "$1" ]; then
		mkdir -p "$1" || return
		HIDDEN+=("$1")
	fi
	mount -t tmpfs nstest "$1"
}

# Whether nothing of the engine's runs any more: daemon, shim, monitor and what cleans up after a
# container all carry our folder in their arguments. (It comes from standard input, since grep has
# arguments, too.)
all_gone() { ! grep -qsF -f /dev/stdin /proc/[0-9]*/cmdline <<<"$WORK"; }

# Waits until the engine is gone and removes what it leaves to its caller.
leave() {
	local folder
	wait_until 20 all_gone || echo "the engine still runs"
	find /sys/fs/cgroup -depth -type d -path "*/$CGROUP*" -exec rmdir {} + 2>/dev/null
	for folder in "${HIDDEN[@]}"; do
		umount "$folder" && rmdir "$folder"
	done
	HIDDEN=()
}

# Whatever containers a test leaves.
tearDown() {
	local left
	[ -z "$REASON" ] || return 0
	left=$(engine ps --all --quiet 2>/dev/null)
	# shellcheck disable=SC2086 # a word for each
	[ -z "$left" ] || engine rm --force $left >/dev/null
}

# once CMD...: runs it in a container that goes with it.
once() { run engine run --rm "${OPTIONS[@]}" "${FORM[@]}" "$@"; }

# start CMD...: runs it in a container in the background.
start() {
	ID=$(engine run --detach "${OPTIONS[@]}" "${FORM[@]}" "$@")
	assertNotNull 'no container was started' "$ID"
}

has_logged() { engine logs "$ID" 2>/dev/null | grep -qx "$1"; }

# assertProcess1Is COMMAND-LINE: and that it is the nsinit under test.
assertProcess1Is() {
	local pid
	start sleep 1000
	pid=$(engine inspect --format '{{.State.Pid}}' "$ID")
	cmp "/proc/$pid/exe" "$NSINIT"
	assertEquals 'process 1 is another program' 0 $?
	assertEquals 'how it was called' "$1" "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
	assertEquals 'its number inside' 1 "$(awk '$1 == "NSpid:" { print $NF }' "/proc/$pid/status")"
}

assertStatusesPass() {
	once true
	assertStatus 0
	once sh -c 'exit 7'
	assertStatus 7
	once sh -c 'kill -TERM $$'
	assertStatus 143
	once /bin # a folder cannot be executed
	assertStatus 126
	once /bin/nosuch
	assertStatus 127
}

# What is counted are the children of process 1: the command alone, then 20 orphans with it, and
# in the end the command again. A zombie would still be counted.
assertOrphansAreReaped() {
	once sh -c '
		children() { grep -l "^PPid:.1$" /proc/[0-9]*/status 2>/dev/null | wc -l; }
		children
		i=0
		while [ $((i += 1)) -le 20 ]; do (sleep 2 &); done
		children
		tries=100
		while [ "$(children)" -gt 1 ] && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
		children'
	assertEquals 'children of process 1' '1 21 1' "$(echo "$OUT" | xargs)"
}

# assertEndsSoon STATUS ENGINE-COMMAND...: the container ends with it, by the signal and not by
# the SIGKILL that follows it 10 seconds later.
assertEndsSoon() {
	local expected=$1 begin=$SECONDS
	shift
	run engine "$@" "$ID"
	assertStatus 0
	run engine wait "$ID"
	assertEquals 'status of the container' "$expected" "$OUT"
	assertTrue "took $((SECONDS - begin)) s" "[ $((SECONDS - begin)) -lt 5 ]"
}

# assertEndsACommand ENGINE-COMMAND...: at once one that leaves the signal as it is. As process 1
# it would not even notice it.
assertEndsACommand() {
	start sleep 1000
	assertEndsSoon 143 "$@"
}

# assertReachesATrap ENGINE-COMMAND...: one that handles the signal ends in its own way.
assertReachesATrap() {
	start sh -c 'trap "echo trapped; exit 3" TERM; echo ready; while :; do sleep 0.1; done'
	wait_until 10 has_logged ready || fail 'the command did not start'
	assertEndsSoon 3 "$@"
	wait_until 5 has_logged trapped || fail 'the trap did not run'
}
