"""What every tool needs: the build, the browser, git's word, the exercises."""
