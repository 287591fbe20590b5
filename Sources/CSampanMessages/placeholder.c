// Placeholder until Scripts/generate-protos has run.
