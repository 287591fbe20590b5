enum SampanFerryPlaceholder {}
