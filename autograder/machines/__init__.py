"""The same jobs on other machines, over dask.distributed: what a week needs travels by value. See docs/cluster.md."""
