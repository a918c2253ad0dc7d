"""A JupyterHub on one machine: folders, accounts, passwords, start, stop. Its settings are in hub_config/."""
