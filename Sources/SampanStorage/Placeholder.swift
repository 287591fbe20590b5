enum SampanStoragePlaceholder {}
