# shellcheck shell=bash
# What the tests of mkrootfs have in common. Sourced after lib.sh, by bash.
# shellcheck disable=SC2034 # some variables are for the tests
# shellcheck disable=SC2317,SC2329 # and so are the functions

# Tests run a copy, since as an ordinary user too, and the checkout may lie where only root may look.
cp -r rootfs "$WORK/rootfs"
mkrootfs=$WORK/rootfs/mkrootfs
cp -L "$(command -v busybox)" "$WORK/busybox"

# A fresh folder to make things in, for whoever runs mkrootfs.
setUp() {
	dir=$(mktemp -d "$WORK/XXXXXX")
	chmod 1777 "$dir"
	out=$WORK/out
	err=$WORK/err
	status=0
}

# What is in the folder, hidden files too.
names() { find "$dir" -mindepth 1 -maxdepth 1 -printf '%f '; }

make_rootfs() {
	"$mkrootfs" "$@" >"$out" 2>"$err"
	status=$?
}

# refuses TEXT ARGUMENT...: one line with TEXT, status 125, nothing made.
refuses() {
	local text=$1 before
	shift
	before=$(names)
	make_rootfs "$@"
	assertEquals "status of mkrootfs $*" 125 "$status"
	assertEquals "lines of: $(cat "$err")" 1 "$(wc -l <"$err")"
	assertContains "$(cat "$err")" "mkrootfs: "
	assertContains "$(cat "$err")" "$text"
	assertEquals 'standard output' '' "$(cat "$out")"
	assertEquals 'what is there' "$before" "$(names)"
}

# Runs a command in the rootfs; only root may.
inside() {
	local root=$1
	shift
	if [ "$(id -u)" -eq 0 ]; then
		chroot "$root" "$@"
	else
		unshare --map-root-user --root="$root" "$@"
	fi
}

# The commands of this machine but those named, in a folder for PATH.
path_without() {
	local tool
	mkdir "$dir/bin"
	ln -sf /usr/sbin/* /usr/bin/* "$dir/bin/"
	for tool; do rm -f "$dir/bin/$tool"; done
	echo "$dir/bin"
}
