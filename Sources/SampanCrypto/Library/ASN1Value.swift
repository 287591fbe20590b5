internal import COpenSSL
internal import Glibc

/// Values of OpenSSL's ASN.1 objects, copied out.
enum ASN1Value {
    /// The content of a string, or the magnitude of an integer (most significant byte first, no leading zeros); empty for nil.
    static func bytes(_ string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    /// Seconds since 1970; nil for nil and for what is no date.
    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time = unsafe time else { return nil }
        var fields = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &fields) == 1 else {
            ErrorQueue.clear()
            return nil
        }
        return unsafe Int64(timegm(&fields))
    }
}
