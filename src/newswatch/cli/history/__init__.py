"""The verbs on the history: `hits`, `export`, `import`, `status`."""
