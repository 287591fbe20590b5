enum SampanServicesPlaceholder {}
