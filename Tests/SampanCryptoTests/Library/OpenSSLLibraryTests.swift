import SampanCrypto
import Testing

@Suite("OpenSSL's start")
struct OpenSSLLibraryTests {
    @Test("warming up works, and again")
    func warmUp() throws {
        try OpenSSLLibrary.warmUp()
        try OpenSSLLibrary.warmUp()
    }
}
