"""The C libraries of the host part: zstd, and for HTTP curl, nghttp2, Mbed TLS and c-ares.

Of each only what belljar uses, compiled for its size except zstd; third_party/README.md says why each is there. Crates carry
the sources (third_party/Cargo.lock), but for Mbed TLS (third_party/sources.toml). The result is `lib` and `include`.
"""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from artifact import Artifact
from fetch import fetch_source

THIRD_PARTY = Path(__file__).resolve().parent.parent / "third_party"
SOURCES = THIRD_PARTY / "sources.toml"
MBEDTLS_CONFIG = THIRD_PARTY / "mbedtls_config.h"

# As the host part is compiled (CMakeLists.txt).
COMMON = ["-fPIC", "-ffunction-sections", "-fdata-sections", "-fvisibility=hidden", "-fstack-protector-strong",
          "-fcf-protection", "-DNDEBUG", "-w"]
SMALL = ["-Os", "-D_FORTIFY_SOURCE=2", *COMMON]
FAST = ["-O3", *COMMON]  # a snapshot's time is zstd's

# The levels up to 4: snapshots are written at level 1.
ZSTD_FLAGS = ["-DZSTD_LEGACY_SUPPORT=0", "-DZSTD_DISABLE_ASM", "-DZSTD_NO_TRACE",
              *(f"-DZSTD_EXCLUDE_{name}_BLOCK_COMPRESSOR"
                for name in ("GREEDY", "LAZY", "LAZY2", "BTLAZY2", "BTOPT", "BTULTRA"))]

MBEDTLS_DEFINE = '-DMBEDTLS_CONFIG_FILE="belljar_mbedtls_config.h"'

# third_party/disabled.c says why.
DISABLED = [f"-D{name}=belljar_no_{name}" for name in ("getaddrinfo", "getenv", "getservbyname_r", "getservbyport_r")]

CURL_FLAGS = [*DISABLED, "-DNGHTTP2_STATICLIB", MBEDTLS_DEFINE]
CURL_OFF = ("ALTSVC AWS BASIC_AUTH BEARER_AUTH BINDLOCAL COOKIES DIGEST_AUTH DOH FORM_API GETOPTIONS HEADERS_API HSTS "
            "HTTP_AUTH INSTALL IPFS KERBEROS_AUTH LIBCURL_OPTION MIME NEGOTIATE_AUTH NETRC PARSEDATE PROGRESS_METER "
            "SHA512_256 SHUFFLE_DNS SOCKETPAIR VERBOSE_STRINGS WEBSOCKETS").split()
CURL_OPTIONS = {
    "HTTP_ONLY": "ON", "BUILD_CURL_EXE": "OFF", "BUILD_SHARED_LIBS": "OFF", "BUILD_STATIC_LIBS": "ON",
    "BUILD_TESTING": "OFF", "BUILD_EXAMPLES": "OFF", "BUILD_LIBCURL_DOCS": "OFF", "BUILD_MISC_DOCS": "OFF", "ENABLE_CURL_MANUAL": "OFF",
    "ENABLE_THREADED_RESOLVER": "OFF", "ENABLE_UNIX_SOCKETS": "OFF", "CURL_USE_MBEDTLS": "ON", "CURL_USE_OPENSSL": "OFF",
    "USE_NGHTTP2": "ON", "CURL_ZLIB": "OFF", "CURL_BROTLI": "OFF", "CURL_ZSTD": "OFF", "CURL_USE_LIBPSL": "OFF",
    "CURL_USE_LIBSSH2": "OFF", "USE_LIBIDN2": "OFF", "CURL_CA_BUNDLE": "none", "CURL_CA_PATH": "none",
    "CURL_CA_FALLBACK": "OFF", "CURL_USE_PKGCONFIG": "OFF", "CURL_USE_CMAKECONFIG": "OFF", "PICKY_COMPILER": "OFF",
    "CURL_ENABLE_EXPORT_TARGET": "OFF", **{f"CURL_DISABLE_{name}": "ON" for name in CURL_OFF},
}
CARES_OPTIONS = {"CARES_STATIC": "ON", "CARES_SHARED": "OFF", "CARES_BUILD_TOOLS": "OFF", "CARES_BUILD_TESTS": "OFF",
                 "CARES_THREADS": "OFF", "CARES_INSTALL": "ON", "CARES_STATIC_PIC": "ON",
                 # As on glibc; the check would look for the names above.
                 "HAVE_GETSERVBYNAME_R": "ON", "HAVE_GETSERVBYPORT_R": "ON",
                 # getrandom() in its place: glibc has it since 2.36, later than all else that is used.
                 "HAVE_ARC4RANDOM_BUF": "OFF"}


def host_libraries():
    def recipe(folder, log):
        work = folder / "work"
        vendor = _vendor(work, log)
        (folder / "lib").mkdir()
        (folder / "include").mkdir()
        _archive("belljar_disabled", [THIRD_PARTY / "disabled.c"], SMALL, folder, log)
        _zstd(vendor, folder, log)
        _mbedtls(work, folder, log)
        _nghttp2(vendor, folder, log)
        _cmake("cares", vendor / "c-ares-sys" / "c-ares", CARES_OPTIONS, DISABLED, "libcares.a", folder, log)
        docs = vendor / "curl-sys" / "curl" / "docs"  # the crate leaves it out, CMakeLists.txt wants it
        docs.mkdir()
        (docs / "CMakeLists.txt").touch()
        _cmake("curl", vendor / "curl-sys" / "curl", CURL_OPTIONS | _found(folder), CURL_FLAGS, "libcurl.a", folder, log)
        shutil.rmtree(work)

    return Artifact("host-libraries", recipe, inputs=[THIRD_PARTY / "Cargo.toml", THIRD_PARTY / "Cargo.lock", SOURCES,
                                                      MBEDTLS_CONFIG, THIRD_PARTY / "disabled.c", __file__], text=[_compiler_version()],
                    doing="compiling curl, nghttp2, Mbed TLS, c-ares and zstd", why="about a minute")


def _compiler_version():
    return subprocess.run(["cc", "--version"], check=True, capture_output=True, text=True).stdout.split("\n")[0]


def _vendor(work, log):
    """The crates' sources, checked by cargo against Cargo.lock."""
    project = work / "project"
    (project / "src").mkdir(parents=True)
    for name in ("Cargo.toml", "Cargo.lock", "src/lib.rs"):
        shutil.copy(THIRD_PARTY / name, project / name)
    log.run(["cargo", "vendor", "--locked", "--quiet", work / "vendor"], cwd=project)
    return work / "vendor"


def _archive(name, sources, flags, folder, log):
    objects = folder / "work" / name
    objects.mkdir()
    sources = sorted(sources, key=lambda s: -os.path.getsize(s))  # the largest file first: it sets the time
    log.run_all([["cc", "-c", *flags, "-o", objects / f"{s.stem}.o", s] for s in sources])
    log.run(["ar", "rcsD", folder / "lib" / f"lib{name}.a", *sorted(objects.glob("*.o"))])


def _cmake(name, source, options, flags, archive, folder, log):
    build, installed = folder / "work" / f"{name}-build", folder / "work" / f"{name}-installed"
    log.run(["cmake", "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None",
             "-DCMAKE_C_COMPILER_LAUNCHER=", f"-DCMAKE_INSTALL_PREFIX={installed}", "-DCMAKE_INSTALL_LIBDIR=lib",
             f"-DCMAKE_C_FLAGS={' '.join([*SMALL, *(_quoted(f) for f in flags)])}",
             *(f"-D{key}={value}" for key, value in options.items())])
    log.run(["cmake", "--build", build])
    shutil.copy(next(build.rglob(archive)), folder / "lib")
    headers = source / "include"
    for header in [*headers.glob("*.h"), *(headers / name).glob("*.h"), *build.glob("ares_build.h")]:
        target = folder / "include" / ("curl" if header.parent.name == "curl" else "") / header.name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(header, target)


def _quoted(flag):
    return flag.replace('"', '\\"')


def _found(folder):
    """Where curl's build finds the others."""
    include, lib = folder / "include", folder / "lib"
    mbedtls = {f"MBED{part}_LIBRARY": lib / "libmbedtls.a" for part in ("TLS", "X509", "CRYPTO")}
    return {"MBEDTLS_INCLUDE_DIR": include, **mbedtls, "NGHTTP2_INCLUDE_DIR": include,
            "NGHTTP2_LIBRARY": lib / "libnghttp2.a"}


def _zstd(vendor, folder, log):
    top = vendor / "zstd-sys" / "zstd" / "lib"
    sources = [s for d in ("common", "compress", "decompress") for s in (top / d).glob("*.c")]
    _archive("zstd", sources, [*FAST, *ZSTD_FLAGS], folder, log)
    for name in ("zstd.h", "zstd_errors.h"):
        shutil.copy(top / name, folder / "include")


def _nghttp2(vendor, folder, log):
    top = vendor / "libnghttp2-sys" / "nghttp2" / "lib"
    include = folder / "include" / "nghttp2"
    include.mkdir()
    shutil.copy(top / "includes" / "nghttp2" / "nghttp2.h", include)
    template = (top / "includes" / "nghttp2" / "nghttp2ver.h.in").read_text()
    lock = (THIRD_PARTY / "Cargo.lock").read_text().split('name = "libnghttp2-sys"')[1]
    version = lock.split('"')[1].split("+")[1]
    number = "0x" + "".join(f"{int(part):02x}" for part in version.split("."))
    (include / "nghttp2ver.h").write_text(
        template.replace("@PACKAGE_VERSION@", version).replace("@PACKAGE_VERSION_NUM@", number))
    flags = ["-DNGHTTP2_STATICLIB", "-DHAVE_ARPA_INET_H", "-DHAVE_NETINET_IN_H", "-DHAVE_TIME_H", "-DHAVE_CLOCK_GETTIME",
             "-DHAVE_DECL_CLOCK_MONOTONIC=1", f"-I{folder / 'include'}", f"-I{top / 'includes'}"]
    _archive("nghttp2", top.glob("*.c"), [*SMALL, *flags], folder, log)


def _mbedtls(work, folder, log):
    with tarfile.open(fetch_source(SOURCES, "mbedtls", log)) as tar:
        # Debian 12's Python is older than the argument. The archive is pinned by hash: we know what is in it.
        tar.extractall(work, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))
        top = work / tar.getnames()[0].split("/")[0]
    for name in ("mbedtls", "psa"):
        shutil.copytree(top / "include" / name, folder / "include" / name)
    shutil.copy(MBEDTLS_CONFIG, folder / "include" / "belljar_mbedtls_config.h")
    flags = [MBEDTLS_DEFINE, f"-I{folder / 'include'}", f"-I{top / 'library'}"]
    _archive("mbedtls", (top / "library").glob("*.c"), [*SMALL, *flags], folder, log)
