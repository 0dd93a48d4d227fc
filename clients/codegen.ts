import type { CodegenConfig } from '@graphql-codegen/cli';

const text = { input: 'string', output: 'string' };

const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: ['portal/*.ts'],
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: { persistedDocuments: true },
      config: {
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          Date: text,
          DateTime: text,
          FinancialYear: text,
          Money: text,
        },
      },
    },
  },
};

export default config;
