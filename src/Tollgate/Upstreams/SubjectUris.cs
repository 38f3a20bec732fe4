using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Tollgate.Upstreams;

/// <summary>URIs among the names of a certificate (RFC 5280, section 4.2.1.6), such as SPIFFE ids; the framework reads those of hosts only.</summary>
internal static class SubjectUris
{
    private static readonly Asn1Tag Uri = new(TagClass.ContextSpecific, 6);

    internal static List<string> Of(X509Certificate2 certificate)
    {
        var uris = new List<string>();
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()) Read(extension.RawData, uris);
        return uris;
    }

    private static void Read(byte[] names, List<string> uris)
    {
        try
        {
            var name = new AsnReader(names, AsnEncodingRules.DER).ReadSequence();
            while (name.HasData)
            {
                if (name.PeekTag().HasSameClassAndValue(Uri)) uris.Add(name.ReadCharacterString(UniversalTagNumber.IA5String, Uri));
                else name.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            uris.Clear(); // what cannot be read names nobody
        }
    }
}
