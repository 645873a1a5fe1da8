// @ts-nocheck: by ajv and `make schemas`.
import { formats, measures } from '../formats.ts'
export const authoritySchema = {"type":"object","required":["ca","discovery","shutdownTimeout","log"],"properties":{"ca":{"type":"object","required":["dir","lifetime","renewExpired"],"properties":{"dir":{"type":"string","minLength":1,"expects":"a path"},"passphrase":{"type":"string","minLength":1,"expects":"text","isSecret":true},"passphraseFile":{"type":"string","minLength":1,"expects":"a path"},"lifetime":{"type":"string","format":"duration","durationFrom":"10s","durationTo":"825d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 10s to 825d","default":"7d"},"renewExpired":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"3650d","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 3650d","default":"30d"}},"additionalProperties":false,"expects":"an object"},"discovery":{"type":"object","required":["etcd"],"properties":{"etcd":{"type":"object","required":["endpoints","layout","prefix"],"properties":{"endpoints":{"type":"array","items":{"type":"string","minLength":1,"expects":"an address such as \"https://etcd1:2379\""},"minItems":1,"expects":"a list such as [\"https://etcd1:2379\"]"},"layout":{"enum":["forwarder","logstash"],"expects":"one of \"forwarder\", \"logstash\"","default":"forwarder"},"prefix":{"type":"string","minLength":1,"expects":"a path such as \"/forwarder\": it begins with / and does not end with one","default":"/forwarder","format":"etcd-prefix"},"user":{"type":"string","minLength":1,"expects":"text"},"password":{"type":"string","minLength":1,"expects":"text","isSecret":true},"passwordFile":{"type":"string","minLength":1,"expects":"a path"},"ca":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"certificate":{"type":"string","minLength":1,"expects":"the path of a PEM file"},"key":{"type":"string","minLength":1,"expects":"the path of a PEM file"}},"additionalProperties":false,"expects":"an object"}},"additionalProperties":false,"expects":"an object"},"include":{"type":"array","items":{"type":"string","minLength":1,"expects":"a path"},"minItems":1,"expects":"a list such as [\"conf.d\"]"},"shutdownTimeout":{"type":"string","format":"duration","durationFrom":"0s","durationTo":"1h","expects":"a duration with its unit such as \"500ms\", \"15s\" or \"1h30m\", from 0s to 1h","default":"5s"},"metrics":{"type":"object","required":["listen"],"properties":{"listen":{"type":"string","format":"address","expects":"\"host:port\" such as \"127.0.0.1:9605\""}},"additionalProperties":false,"expects":"an object"},"log":{"type":"object","required":["level","format","syslog"],"properties":{"level":{"enum":["debug","info","warn","error"],"expects":"one of \"debug\", \"info\", \"warn\", \"error\"","default":"info"},"format":{"enum":["auto","json","text"],"expects":"one of \"auto\", \"json\", \"text\"","default":"auto"},"syslog":{"type":"boolean","expects":"true or false","default":false}},"additionalProperties":false,"expects":"an object","default":{}}},"additionalProperties":false,"expects":"an object"}
"use strict";
export const validateAuthority = validate10;
const schema11 = authoritySchema;
const func0 = Object.prototype.hasOwnProperty;
const formats0 = formats.duration;
const formats4 = /^(?:\/[^/\p{Cc}]+)+$/u;
const formats8 = formats.address;

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if((data.ca === undefined) || (!(func0.call(data, "ca")))){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "ca"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if((data.discovery === undefined) || (!(func0.call(data, "discovery")))){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "discovery"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if((data.shutdownTimeout === undefined) || (!(func0.call(data, "shutdownTimeout")))){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "shutdownTimeout"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if((data.log === undefined) || (!(func0.call(data, "log")))){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "log"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 of Object.keys(data)){
if(!((((((key0 === "ca") || (key0 === "discovery")) || (key0 === "include")) || (key0 === "shutdownTimeout")) || (key0 === "metrics")) || (key0 === "log"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.ca !== undefined && func0.call(data, "ca")){
let data0 = data.ca;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if((data0.dir === undefined) || (!(func0.call(data0, "dir")))){
const err5 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/required",keyword:"required",params:{missingProperty: "dir"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if((data0.lifetime === undefined) || (!(func0.call(data0, "lifetime")))){
const err6 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/required",keyword:"required",params:{missingProperty: "lifetime"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((data0.renewExpired === undefined) || (!(func0.call(data0, "renewExpired")))){
const err7 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/required",keyword:"required",params:{missingProperty: "renewExpired"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
for(const key1 of Object.keys(data0)){
if(!(((((key1 === "dir") || (key1 === "passphrase")) || (key1 === "passphraseFile")) || (key1 === "lifetime")) || (key1 === "renewExpired"))){
const err8 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key1}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data0.dir !== undefined && func0.call(data0, "dir")){
let data1 = data0.dir;
if(typeof data1 === "string"){
if(data1.length < 1){
const err9 = {instancePath:instancePath+"/ca/dir",schemaPath:"#/properties/ca/properties/dir/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
else {
const err10 = {instancePath:instancePath+"/ca/dir",schemaPath:"#/properties/ca/properties/dir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data0.passphrase !== undefined && func0.call(data0, "passphrase")){
let data2 = data0.passphrase;
if(typeof data2 === "string"){
if(data2.length < 1){
const err11 = {instancePath:instancePath+"/ca/passphrase",schemaPath:"#/properties/ca/properties/passphrase/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/ca/passphrase",schemaPath:"#/properties/ca/properties/passphrase/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data0.passphraseFile !== undefined && func0.call(data0, "passphraseFile")){
let data3 = data0.passphraseFile;
if(typeof data3 === "string"){
if(data3.length < 1){
const err13 = {instancePath:instancePath+"/ca/passphraseFile",schemaPath:"#/properties/ca/properties/passphraseFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/ca/passphraseFile",schemaPath:"#/properties/ca/properties/passphraseFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data0.lifetime !== undefined && func0.call(data0, "lifetime")){
let data4 = data0.lifetime;
if(measures.duration(data4) < 10000){
const err15 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(measures.duration(data4) > 71280000000){
const err16 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(typeof data4 === "string"){
if(!(formats0(data4))){
const err17 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
else {
const err18 = {instancePath:instancePath+"/ca/lifetime",schemaPath:"#/properties/ca/properties/lifetime/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data0.renewExpired !== undefined && func0.call(data0, "renewExpired")){
let data5 = data0.renewExpired;
if(measures.duration(data5) < 0){
const err19 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(measures.duration(data5) > 315360000000){
const err20 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(typeof data5 === "string"){
if(!(formats0(data5))){
const err21 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
else {
const err22 = {instancePath:instancePath+"/ca/renewExpired",schemaPath:"#/properties/ca/properties/renewExpired/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/ca",schemaPath:"#/properties/ca/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.discovery !== undefined && func0.call(data, "discovery")){
let data6 = data.discovery;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if((data6.etcd === undefined) || (!(func0.call(data6, "etcd")))){
const err24 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/required",keyword:"required",params:{missingProperty: "etcd"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
for(const key2 of Object.keys(data6)){
if(!(key2 === "etcd")){
const err25 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key2}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data6.etcd !== undefined && func0.call(data6, "etcd")){
let data7 = data6.etcd;
if(data7 && typeof data7 == "object" && !Array.isArray(data7)){
if((data7.endpoints === undefined) || (!(func0.call(data7, "endpoints")))){
const err26 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "endpoints"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((data7.layout === undefined) || (!(func0.call(data7, "layout")))){
const err27 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "layout"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if((data7.prefix === undefined) || (!(func0.call(data7, "prefix")))){
const err28 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/required",keyword:"required",params:{missingProperty: "prefix"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
for(const key3 of Object.keys(data7)){
if(!(func0.call(schema11.properties.discovery.properties.etcd.properties, key3))){
const err29 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
if(data7.endpoints !== undefined && func0.call(data7, "endpoints")){
let data8 = data7.endpoints;
if(Array.isArray(data8)){
if(data8.length < 1){
const err30 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
const len0 = data8.length;
for(let i0=0; i0<len0; i0++){
let data9 = data8[i0];
if(typeof data9 === "string"){
if(data9.length < 1){
const err31 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i0,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
else {
const err32 = {instancePath:instancePath+"/discovery/etcd/endpoints/" + i0,schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
else {
const err33 = {instancePath:instancePath+"/discovery/etcd/endpoints",schemaPath:"#/properties/discovery/properties/etcd/properties/endpoints/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data7.layout !== undefined && func0.call(data7, "layout")){
let data10 = data7.layout;
if(!((data10 === "forwarder") || (data10 === "logstash"))){
const err34 = {instancePath:instancePath+"/discovery/etcd/layout",schemaPath:"#/properties/discovery/properties/etcd/properties/layout/enum",keyword:"enum",params:{allowedValues: schema11.properties.discovery.properties.etcd.properties.layout.enum}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data7.prefix !== undefined && func0.call(data7, "prefix")){
let data11 = data7.prefix;
if(typeof data11 === "string"){
if(data11.length < 1){
const err35 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(!(formats4.test(data11))){
const err36 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/format",keyword:"format",params:{format: "etcd-prefix"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/discovery/etcd/prefix",schemaPath:"#/properties/discovery/properties/etcd/properties/prefix/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data7.user !== undefined && func0.call(data7, "user")){
let data12 = data7.user;
if(typeof data12 === "string"){
if(data12.length < 1){
const err38 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
else {
const err39 = {instancePath:instancePath+"/discovery/etcd/user",schemaPath:"#/properties/discovery/properties/etcd/properties/user/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data7.password !== undefined && func0.call(data7, "password")){
let data13 = data7.password;
if(typeof data13 === "string"){
if(data13.length < 1){
const err40 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/discovery/etcd/password",schemaPath:"#/properties/discovery/properties/etcd/properties/password/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data7.passwordFile !== undefined && func0.call(data7, "passwordFile")){
let data14 = data7.passwordFile;
if(typeof data14 === "string"){
if(data14.length < 1){
const err42 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
else {
const err43 = {instancePath:instancePath+"/discovery/etcd/passwordFile",schemaPath:"#/properties/discovery/properties/etcd/properties/passwordFile/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data7.ca !== undefined && func0.call(data7, "ca")){
let data15 = data7.ca;
if(typeof data15 === "string"){
if(data15.length < 1){
const err44 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
else {
const err45 = {instancePath:instancePath+"/discovery/etcd/ca",schemaPath:"#/properties/discovery/properties/etcd/properties/ca/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data7.certificate !== undefined && func0.call(data7, "certificate")){
let data16 = data7.certificate;
if(typeof data16 === "string"){
if(data16.length < 1){
const err46 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
else {
const err47 = {instancePath:instancePath+"/discovery/etcd/certificate",schemaPath:"#/properties/discovery/properties/etcd/properties/certificate/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data7.key !== undefined && func0.call(data7, "key")){
let data17 = data7.key;
if(typeof data17 === "string"){
if(data17.length < 1){
const err48 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/discovery/etcd/key",schemaPath:"#/properties/discovery/properties/etcd/properties/key/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
}
else {
const err50 = {instancePath:instancePath+"/discovery/etcd",schemaPath:"#/properties/discovery/properties/etcd/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
else {
const err51 = {instancePath:instancePath+"/discovery",schemaPath:"#/properties/discovery/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.include !== undefined && func0.call(data, "include")){
let data18 = data.include;
if(Array.isArray(data18)){
if(data18.length < 1){
const err52 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/minItems",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
const len1 = data18.length;
for(let i1=0; i1<len1; i1++){
let data19 = data18[i1];
if(typeof data19 === "string"){
if(data19.length < 1){
const err53 = {instancePath:instancePath+"/include/" + i1,schemaPath:"#/properties/include/items/minLength",keyword:"minLength",params:{limit: 1}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
else {
const err54 = {instancePath:instancePath+"/include/" + i1,schemaPath:"#/properties/include/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/include",schemaPath:"#/properties/include/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data.shutdownTimeout !== undefined && func0.call(data, "shutdownTimeout")){
let data20 = data.shutdownTimeout;
if(measures.duration(data20) < 0){
const err56 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationFrom",keyword:"durationFrom",params:{}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(measures.duration(data20) > 3600000){
const err57 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/durationTo",keyword:"durationTo",params:{}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if(typeof data20 === "string"){
if(!(formats0(data20))){
const err58 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/format",keyword:"format",params:{format: "duration"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/shutdownTimeout",schemaPath:"#/properties/shutdownTimeout/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data.metrics !== undefined && func0.call(data, "metrics")){
let data21 = data.metrics;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if((data21.listen === undefined) || (!(func0.call(data21, "listen")))){
const err60 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/required",keyword:"required",params:{missingProperty: "listen"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
for(const key4 of Object.keys(data21)){
if(!(key4 === "listen")){
const err61 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data21.listen !== undefined && func0.call(data21, "listen")){
let data22 = data21.listen;
if(typeof data22 === "string"){
if(!(formats8(data22))){
const err62 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/format",keyword:"format",params:{format: "address"}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
else {
const err63 = {instancePath:instancePath+"/metrics/listen",schemaPath:"#/properties/metrics/properties/listen/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath:instancePath+"/metrics",schemaPath:"#/properties/metrics/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data.log !== undefined && func0.call(data, "log")){
let data23 = data.log;
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if((data23.level === undefined) || (!(func0.call(data23, "level")))){
const err65 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "level"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if((data23.format === undefined) || (!(func0.call(data23, "format")))){
const err66 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "format"}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if((data23.syslog === undefined) || (!(func0.call(data23, "syslog")))){
const err67 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/required",keyword:"required",params:{missingProperty: "syslog"}};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
for(const key5 of Object.keys(data23)){
if(!(((key5 === "level") || (key5 === "format")) || (key5 === "syslog"))){
const err68 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
if(data23.level !== undefined && func0.call(data23, "level")){
let data24 = data23.level;
if(!((((data24 === "debug") || (data24 === "info")) || (data24 === "warn")) || (data24 === "error"))){
const err69 = {instancePath:instancePath+"/log/level",schemaPath:"#/properties/log/properties/level/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.level.enum}};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data23.format !== undefined && func0.call(data23, "format")){
let data25 = data23.format;
if(!(((data25 === "auto") || (data25 === "json")) || (data25 === "text"))){
const err70 = {instancePath:instancePath+"/log/format",schemaPath:"#/properties/log/properties/format/enum",keyword:"enum",params:{allowedValues: schema11.properties.log.properties.format.enum}};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data23.syslog !== undefined && func0.call(data23, "syslog")){
if(typeof data23.syslog !== "boolean"){
const err71 = {instancePath:instancePath+"/log/syslog",schemaPath:"#/properties/log/properties/syslog/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
}
}
else {
const err72 = {instancePath:instancePath+"/log",schemaPath:"#/properties/log/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
else {
const err73 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

