enum SampanDomainPlaceholder {}
