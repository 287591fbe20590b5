/// Field masks in JSON: paths with a comma between, in lowerCamelCase (field_mask.proto, "JSON Encoding of Field Masks").
enum FieldMaskText {
    /// Nil for a path that would not come back the same: with a capital, or an underscore that no small letter follows.
    static func camel(_ path: ArraySlice<UInt8>) -> [UInt8]? {
        var (text, isRaised): ([UInt8], Bool) = ([], false)
        for byte in path {
            switch byte {
            case 65...90, UInt8(ascii: ","): return nil
            case UInt8(ascii: "_"):
                if isRaised { return nil }
                isRaised = true
            case 97...122:
                text.append(isRaised ? byte - 32 : byte)
                isRaised = false
            default:
                if isRaised { return nil }
                text.append(byte)
            }
        }
        return isRaised ? nil : text
    }

    /// The paths of a mask; nil for one with an underscore.
    static func paths(_ text: [UInt8]) -> [[UInt8]]? {
        guard !text.contains(UInt8(ascii: "_")) else { return nil }
        if text.isEmpty { return [] }
        return text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { path in
            path.flatMap { (65...90).contains($0) ? [UInt8(ascii: "_"), $0 + 32] : [$0] }
        }
    }
}
