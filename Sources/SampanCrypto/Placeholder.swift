enum SampanCryptoPlaceholder {}
