/** Declares something once for each context that is asked for; there are as many as the application has contexts. */
export function perContext<T>(declare: (context: string) => T): (context: string) => T {
  const declared = new Map<string, T>();
  return (context) => {
    const known = declared.get(context) ?? declare(context);
    declared.set(context, known);
    return known;
  };
}
