# shellcheck shell=sh
# The docker-archive kind: one image of what "docker save" or "podman save" writes, made an OCI
# image first.
# Sourced by mkrootfs.

# shellcheck source=rootfs/kind-oci.sh disable=SC1091
. "$HERE/kind-oci.sh"
# shellcheck source=rootfs/kind-tar.sh disable=SC1091
. "$HERE/kind-tar.sh"

docker_archive_check() {
	oci_need
	oci_split_source
	[ -e "$path" ] || die "there is no file '$path'"
	[ ! -d "$path" ] || die "$path is not a file; for an image layout: mkrootfs oci"
	[ -f "$path" ] || die "$path is not a file"
	[ -r "$path" ] || die "cannot read $path"
	[ -s "$path" ] || die "$path is empty"
	SOURCE=$path
	tar_check
	oci_check_colon "$STATE"
}

# skopeo counts the images: one can have several names, or none.
docker_archive_make() {
	tar_decompress
	ln -s -- "$(readlink -f -- "$archive")" "$STATE/source"
	oci_copy "docker-archive:source${tag:+:$tag}" || docker_archive_copy_failed
	oci_unpack
}

docker_archive_copy_failed() {
	reason=$(oci_reason)
	case $reason in
	*'expected 1 item'*)
		die "$path holds several images; say which, $path:NAME: $(docker_archive_names)" ;;
	*'" not found'*) die "$path has no image $tag; there are: $(docker_archive_names)" ;;
	*'invalid reference format'*) die "'$tag' cannot be the name of an image" ;;
	*'manifest.json: '*) die "$path is no archive of images (docker save): ${reason##*manifest.json: }" ;;
	esac
	die "cannot read $path: $reason"
}

# skopeo answers in JSON: a line for each name.
docker_archive_names() {
	oci_skopeo list-tags docker-archive:source |
		sed -n 's/^ *"\([^"]*\)",\{0,1\}$/\1/p' | oci_listed
}
