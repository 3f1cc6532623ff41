# shellcheck shell=sh
# What every test file starts with, for dash and bash:
#
#	#!/bin/sh
#	. "${NSTEST_TOP:-.}/tests/lib.sh"
#	test_true_is_true() {
#		run true
#		assertStatus 0
#	}
#	. shunit2
#
# Owns the words that the tests are written in. tests/run owns the rest: the folder, the limits,
# and what happens to things left behind; so a file that is called by itself goes through it.
# shellcheck disable=SC2034 # most of the variables are for the tests

if [ -z "${NSTEST_WORK:-}" ]; then
	exec "$(dirname "$0")/run" "$0"
fi

TOP=$NSTEST_TOP
WORK=$NSTEST_WORK # a fresh folder that every user can look into; goes when the file has ended
NSLAUNCH=${NSLAUNCH:-$TOP/build/nslaunch}
NSINIT=${NSINIT:-$TOP/build/nsinit}
USER_ID=54321 # nobody's: in no passwd file and in no range of subordinate ids
IS_ROOT=
[ "$(id -u)" -ne 0 ] || IS_ROOT=yes
# A test that runs the runner does not want to be taken for its part.
unset NSTEST_WORK

# run CMD...: its exit status is in STATUS, what it printed in OUT and ERR.
run() {
	STATUS=0
	"$@" >"$WORK/.out" 2>"$WORK/.err" || STATUS=$?
	OUT=$(cat "$WORK/.out")
	ERR=$(cat "$WORK/.err")
}

# assertStatus N: the last run ended with it.
assertStatus() {
	assertEquals "exit status (standard error: $ERR)" "$1" "$STATUS"
}

# assertOneLine TEXT: not none, not two.
assertOneLine() {
	assertEquals "lines in '$1'" 1 "$(printf '%s\n' "$1" | grep -c .)"
}

# skip REASON && return: counts this test function as skipped.
skip() {
	echo "SKIP: $*"
	startSkipping
}

# as_user CMD...: as an ordinary user without any group.
as_user() {
	mkdir -p "$WORK/home"
	if [ -n "$IS_ROOT" ]; then
		chown "$USER_ID:$USER_ID" "$WORK/home"
		setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups \
			env HOME="$WORK/home" USER=nstest LOGNAME=nstest "$@"
	else
		env HOME="$WORK/home" "$@"
	fi
}

# rootfs_of KIND: prints the path of a rootfs of that kind, made if it is missing and kept.
rootfs_of() {
	if [ ! -d "$TOP/build/rootfs/$1" ]; then
		mkdir -p "$TOP/build/rootfs" || return
		# Several files may ask at once.
		# shellcheck disable=SC2016 # the inner shell's words
		flock "$TOP/build/rootfs" sh -c '[ -d "$1/$3" ] || "$2" "$3" "$1/$3" >&2' sh \
			"$TOP/build/rootfs" "$TOP/rootfs/mkrootfs" "$1" || return
	fi
	echo "$TOP/build/rootfs/$1"
}
busybox_root() { rootfs_of busybox; }

# user_dir: prints a folder that belongs to as_user's user, with a copy of nslaunch in it and a
# rootfs called "rootfs". The build's own may lie where that user cannot go.
user_dir() {
	if [ ! -d "$WORK/user" ]; then
		mkdir "$WORK/user.new" &&
			cp "$NSLAUNCH" "$WORK/user.new/nslaunch" &&
			cp -a "$(busybox_root)" "$WORK/user.new/rootfs" || return
		[ -z "$IS_ROOT" ] || chown -hR "$USER_ID:$USER_ID" "$WORK/user.new" || return
		mv "$WORK/user.new" "$WORK/user"
	fi
	echo "$WORK/user"
}

# wait_until SECONDS CMD...: until CMD succeeds; fails when it has not in that time.
wait_until() {
	wait_until_tries=$(($1 * 20))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$wait_until_tries" -gt 0 ] || return 1
		wait_until_tries=$((wait_until_tries - 1))
		sleep 0.05
	done
}
