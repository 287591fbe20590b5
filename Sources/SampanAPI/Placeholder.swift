enum SampanAPIPlaceholder {}
