"""Which version of the library this is, as its files and its package say."""

VERSION = "0.2.0"
