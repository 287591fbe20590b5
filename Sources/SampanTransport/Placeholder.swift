enum SampanTransportPlaceholder {}
