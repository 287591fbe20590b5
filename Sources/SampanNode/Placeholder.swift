enum SampanNodePlaceholder {}
