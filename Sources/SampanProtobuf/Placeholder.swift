enum SampanProtobufPlaceholder {}
